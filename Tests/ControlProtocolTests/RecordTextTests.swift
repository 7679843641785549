import ControlProtocol
import Testing

@Suite struct RecordTextTests {
  private func item(_ id: Int64, title: String? = "A title", columns: [String] = ["title"]) -> ConflictItem {
    var item = ConflictItem(
      id: id, entity: "Media", uuid: "0e4a", columns: columns, since: "2026-11-25T04:00:00.000Z")
    item.title = title
    item.winner = "app-two"
    item.decided = "2026-11-25T03:59:58.500Z"
    item.position = 12
    return item
  }

  private func column(_ name: String, _ lost: String, _ won: String, now: String? = nil)
    -> ConflictView.Column
  {
    .init(column: name, lost: .text(lost), won: .text(won), now: .text(now ?? won), length: 400)
  }

  @Test func `a list is a table that fits the terminal`() {
    let list = ConflictList(
      conflicts: [item(3), item(21, title: String(repeating: "long ", count: 40), columns: ["a", "b"])],
      total: 40, next: 21)
    let lines = RecordAnswer.conflicts(list).lines(full: false, width: 80)
    #expect(lines[0].hasPrefix("ID  WHEN                  WHAT"))
    #expect(lines[1].hasPrefix("3   2026-11-25 04:00:00Z  Media “A title”"))
    #expect(lines[1].hasSuffix("app-two"))
    #expect(lines[2].contains("…"))
    for line in lines { #expect(line.count <= 80) }
    #expect(lines.last == "2 of 40; for the next ones: --after 21")
    #expect(
      RecordAnswer.conflicts(ConflictList(conflicts: [], total: 0, next: nil)).lines(full: false, width: 80)
        == ["No conflict records."])
  }

  @Test func `both versions are shown side by side`() {
    let view = ConflictView(
      item: item(3), isHere: true, values: [column("author", "me", "you"), column("title", "mine", "theirs")])
    #expect(
      RecordAnswer.conflict(view).lines(full: false, width: 80) == [
        "Conflict 3: Media 0e4a “A title”",
        "Lost to app-two, decided 2026-11-25 03:59:58Z, position 12; kept here since 2026-11-25 04:00:00Z",
        "", "COLUMN  LOST  WON", "author  me    you", "title   mine  theirs",
      ])
  }

  @Test func `the row's current value is shown if it differs from both versions, or if the row is gone`() {
    let moved = ConflictView(
      item: item(3), isHere: true, values: [column("title", "mine", "theirs", now: "new")])
    #expect(
      RecordAnswer.conflict(moved).lines(full: false, width: 80).suffix(2) == [
        "COLUMN  LOST  WON     NOW", "title   mine  theirs  new",
      ])
    let gone = ConflictView(item: item(3, title: nil), isHere: false, values: [column("title", "a", "b")])
    let lines = RecordAnswer.conflict(gone).lines(full: false, width: 80)
    #expect(lines.contains("The row is no longer in this library."))
  }

  @Test func `long texts are shown from their first difference, which is named`() {
    let same = String(repeating: "the same words\n", count: 100)
    let view = ConflictView(
      item: item(3), isHere: true, values: [column("content", same + "MINE end", same + "THEIRS end")])
    let lines = RecordAnswer.conflict(view).lines(full: false, width: 80)
    #expect(lines.contains { $0.hasPrefix("content") && $0.contains("MINE") && $0.contains("THEIRS") })
    #expect(lines.contains("content: first difference at character 1501, line 101"))
    #expect(lines.last == "--full shows the texts in full.")
    for line in lines.dropFirst(2) { #expect(SafeText.width(line) <= 80) }
    let whole = RecordAnswer.conflict(
      ConflictView(
        item: item(3), isHere: true,
        values: [
          .init(
            column: "content", lost: .text(same + "MINE"), won: .text(same + "THEIRS"), now: nil,
            length: 1 << 20)
        ])
    ).lines(full: true, width: 80)
    #expect(whole.contains("── content, lost"))
    #expect(whole.contains(same + "MINE"))
    #expect(whole.contains(same + "THEIRS"))
  }

  @Test func `other devices' text cannot send commands to the terminal`() {
    let evil = "\u{1B}]0;owned\u{07}\u{202E}\r\nsecond"
    #expect(SafeText.line(evil) == #"\u{1b}]0;owned\u{7}\u{202e}⏎second"#)
    #expect(SafeText.block(evil) == #"\u{1b}]0;owned\u{7}\u{202e}"# + "\nsecond")
    let view = ConflictView(
      item: item(3, title: evil), isHere: true, values: [column(evil, evil, "b", now: "\u{9B}31m")])
    for full in [false, true] {
      for line in RecordAnswer.conflict(view).lines(full: full, width: 80) {
        #expect(!line.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x9B || $0.value == 0x202E })
      }
    }
  }

  @Test func `wide characters take two cells`() {
    #expect(SafeText.width("日本") == 4)
    #expect(SafeText.cut("日本語", to: 5) == "日本…")
    #expect(SafeText.cut("abc", to: 3) == "abc")
  }

  @Test func `a quarantined entry says why it is there and what to do`() {
    var aside = QuarantineItem(
      id: 1, direction: "push", code: "incomplete_row", whatHappened: "It lacks something.",
      whatToDo: "Fill it in.", reason: "no url", since: "2026-11-25T04:00:00.000Z")
    aside.entity = "Media"
    aside.uuid = "0e4a"
    aside.number = 12
    #expect(
      RecordAnswer.entry(QuarantineView(item: aside, entry: #"{"a":1}"#, length: 400)).lines(
        full: false, width: 80) == [
          "Quarantine 1: Media 0e4a", "Way       to the hub, change 12, since 2026-11-25 04:00:00Z",
          "Why       It lacks something. (incomplete_row)", "Said      no url", "To do     Fill it in.",
          #"Entry     {"a":1}"#,
        ])
    let lines = RecordAnswer.quarantine(QuarantineList(quarantine: [aside], total: 1, next: nil)).lines(
      full: false, width: 90)
    #expect(lines.count == 2)
    #expect(lines[1] == "1   2026-11-25 04:00:00Z  to the hub  Media 0e4a  It lacks something.")
  }

  @Test func `a retry says what was queued and what stays`() {
    #expect(
      RecordAnswer.retry(RetryView(retried: [1, 4], left: [.init(id: 2, reason: "the row is gone")])).lines(
        full: false, width: 80) == ["Retried: 1, 4.", "2 stays: the row is gone"])
  }

  @Test func `verify says equal, or lists the differences`() {
    var view = MaintenanceTaskView(
      errand: "verify", isDryRun: false, at: 99, compared: 1, isEqual: true,
      counts: .init(missingHere: 0, missingAtHub: 0, differs: 0), differences: [], unsettled: 0, repaired: 0,
      queued: 0)
    #expect(
      RecordAnswer.task(view).lines(full: false, width: 80)
        == ["Equal: 1 row compared with the hub at position 99."])
    view.isEqual = false
    view.compared = 500
    view.counts = .init(missingHere: 1, missingAtHub: 0, differs: 2)
    view.differences = [.init(entity: "Media", uuid: "m", kind: "missing_here")]
    view.repaired = 3
    #expect(
      RecordAnswer.task(view).lines(full: false, width: 80) == [
        "Different: of 500 rows at position 99, 2 differ, 1 missing here.",
        "3 rows set to the hub's state.", "", "KIND          ROW", "missing here  Media m", "and 2 more",
      ])
  }
}
