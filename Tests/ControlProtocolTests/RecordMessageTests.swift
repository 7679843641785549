import ControlProtocol
import Testing

@Suite struct RecordMessageTests {
  private func text(_ message: some Encodable) throws -> String {
    String(decoding: try Frame.encode(message, limit: Frame.replyMaxBytes).dropLast(), as: UTF8.self)
  }

  @Test(arguments: [
    (
      ControlRequest.conflicts(.list(after: 7, limit: 20, only: [])),
      #"{"action":"list","after":7,"limit":20,"verb":"conflicts"}"#
    ),
    (
      .conflicts(.show(id: 3, full: true)), #"{"action":"show","full":true,"id":3,"verb":"conflicts"}"#
    ),
    (.conflicts(.restore(id: 3)), #"{"action":"restore","id":3,"verb":"conflicts"}"#),
    (
      .conflicts(.list(after: 0, limit: 9, only: ["title"])),
      #"{"action":"list","after":0,"limit":9,"only":["title"],"verb":"conflicts"}"#
    ),
    (.conflicts(.dismiss(id: 3)), #"{"action":"dismiss","id":3,"verb":"conflicts"}"#),
    (.conflicts(.dismissAll(only: [])), #"{"action":"dismiss","all":true,"verb":"conflicts"}"#),
    (
      .conflicts(.dismissAll(only: ["a", "b"])),
      #"{"action":"dismiss","all":true,"only":["a","b"],"verb":"conflicts"}"#
    ),
    (
      .quarantine(.list(after: 0, limit: 100)),
      #"{"action":"list","after":0,"limit":100,"verb":"quarantine"}"#
    ),
    (
      .quarantine(.show(id: 4, full: false)), #"{"action":"show","full":false,"id":4,"verb":"quarantine"}"#
    ),
    (.quarantine(.retry(id: 4)), #"{"action":"retry","id":4,"verb":"quarantine"}"#),
    (.quarantine(.retry(id: nil)), #"{"action":"retry","verb":"quarantine"}"#),
    (.quarantine(.drop(id: 4)), #"{"action":"drop","id":4,"verb":"quarantine"}"#),
    (.task(.verify(repair: true)), #"{"repair":true,"verb":"verify"}"#),
    (.task(.adopt(dryRun: true)), #"{"dry_run":true,"verb":"adopt"}"#),
    (.task(.resync(join: false)), #"{"verb":"resync"}"#),
    (.task(.resync(join: true)), #"{"join":true,"verb":"resync"}"#),
  ])
  func `a request about records encodes to this line, and decodes from it`(
    request: ControlRequest, line: String
  ) throws {
    #expect(try text(request) == line)
    #expect(try Frame.decode(ControlRequest.self, from: Array(line.utf8)) == request)
  }

  @Test func `missing fields of a request have defaults`() throws {
    func decoded(_ line: String) throws -> ControlRequest {
      try Frame.decode(ControlRequest.self, from: Array(line.utf8))
    }
    #expect(
      try decoded(#"{"verb":"conflicts","action":"list"}"#)
        == .conflicts(.list(after: 0, limit: 100, only: [])))
    #expect(
      try decoded(#"{"verb":"quarantine","action":"show","id":1}"#) == .quarantine(.show(id: 1, full: false)))
    #expect(try decoded(#"{"verb":"verify"}"#) == .task(.verify(repair: false)))
    #expect(try decoded(#"{"verb":"adopt"}"#) == .task(.adopt(dryRun: false)))
    #expect(try decoded(#"{"verb":"resync"}"#) == .task(.resync(join: false)))
  }

  @Test(arguments: [
    (#"{"verb":"conflicts"}"#, "action is missing"),
    (#"{"verb":"conflicts","action":"drop","id":1}"#, "action has an unknown value"),
    (#"{"verb":"quarantine","action":"restore","id":1}"#, "action has an unknown value"),
    (#"{"verb":"conflicts","action":"restore"}"#, "id is missing"),
    (#"{"verb":"conflicts","action":"dismiss"}"#, "id is missing"),
    (#"{"verb":"conflicts","action":"dismiss","all":false}"#, "id is missing"),
    (#"{"verb":"conflicts","action":"list","limit":0}"#, "limit has an unknown value"),
    (#"{"verb":"conflicts","action":"list","limit":1001}"#, "limit has an unknown value"),
    (#"{"verb":"conflicts","action":"list","after":-1}"#, "after has an unknown value"),
    (#"{"verb":"conflicts","action":"show","id":"1"}"#, "id has the wrong type"),
  ])
  func `a request that makes no sense is refused with a reason`(line: String, reason: String) {
    #expect(throws: FrameError.malformed(reason: reason)) {
      try Frame.decode(ControlRequest.self, from: Array(line.utf8))
    }
  }

  private var item: ConflictItem {
    var item = ConflictItem(
      id: 3, entity: "Media", uuid: "m", columns: ["title"], since: "2026-11-25T04:00:00.000Z")
    item.winner = "app-two"
    item.position = 12
    return item
  }

  private var aside: QuarantineItem {
    var aside = QuarantineItem(
      id: 1, direction: "pull", code: "refused_by_library", whatHappened: "a", whatToDo: "b", reason: "c",
      since: "s")
    aside.entity = "Media"
    return aside
  }

  @Test func `replies have the keys that scripts rely on`() throws {
    let value = ConflictView.Column(
      column: "title", lost: .text("mine"), won: .text("my"), now: .null, length: 100)
    let view = ConflictView(item: item, isHere: true, values: [value])
    #expect(
      try text(view)
        == #"{"columns":["title"],"decided":null,"entity":"Media","entity_uuid":"m","id":3,"is_here":true,"#
        + #""position":12,"since":"2026-11-25T04:00:00.000Z","title":null,"values":[{"column":"title","#
        + #""differs_at":{"character":2,"line":1},"is_cut":false,"lost":"mine","now":null,"won":"my"}],"#
        + #""winner":"app-two"}"#)
    #expect(
      try text(QuarantineView(item: aside, entry: "{}", length: 9))
        == #"{"code":"refused_by_library","direction":"pull","entity":"Media","entity_uuid":null,"entry":"{}","#
        + #""id":1,"is_cut":false,"number":null,"reason":"c","since":"s","title":null,"what_happened":"a","#
        + #""what_to_do":"b"}"#)
    #expect(
      try text(RestoredView(id: 3, entity: "E", uuid: "u", columns: ["c"], wasThere: false, isDeleted: true))
        == #"{"columns":["c"],"entity":"E","entity_uuid":"u","id":3,"is_deleted":true,"was_there":false}"#)
    #expect(
      try text(RetryView(retried: [1], left: [.init(id: 2, reason: "r")]))
        == #"{"left":[{"id":2,"reason":"r"}],"retried":[1]}"#)
    #expect(
      try text(errand())
        == #"{"at":9,"compared":5,"counts":{"differs":2,"missing_at_hub":0,"missing_here":1},"differences":"#
        + #"[{"entity":"Media","entity_uuid":"m","kind":"differs"}],"dry_run":false,"errand":"verify","#
        + #""is_equal":false,"queued":0,"repaired":0,"unsettled":1}"#)
  }

  private func errand(repaired: Int = 0) -> MaintenanceTaskView {
    MaintenanceTaskView(
      errand: "verify", isDryRun: false, at: 9, compared: 5, isEqual: false,
      counts: .init(missingHere: 1, missingAtHub: 0, differs: 2),
      differences: [.init(entity: "Media", uuid: "m", kind: "differs")], unsettled: 1, repaired: repaired,
      queued: 0)
  }

  @Test func `every answer decodes to what was encoded`() throws {
    let view = ConflictView(
      item: item, isHere: false,
      values: [
        .init(column: "n", lost: .integer(1), won: .real(0.5), now: nil, length: 10),
        .init(column: "o", lost: .text("t"), won: .null, now: .null, length: 10),
      ])
    let answers: [RecordAnswer] = [
      .conflicts(ConflictList(conflicts: [item], total: 9, next: 3)), .conflict(view),
      .restored(
        RestoredView(id: 3, entity: "E", uuid: "u", columns: ["c"], wasThere: false, isDeleted: false)),
      .dismissed(3), .dismissedAll(105),
      .quarantine(QuarantineList(quarantine: [aside], total: 1, next: nil)),
      .entry(QuarantineView(item: aside, entry: "{}", length: 9)),
      .retry(RetryView(retried: [], left: [])), .dropped(1), .task(errand()),
    ]
    for answer in answers {
      let reply = ControlReply.answer(answer)
      #expect(try Frame.decode(ControlReply.self, from: Array(text(reply).utf8)) == reply)
      #expect(answer.json != nil)
    }
  }

  @Test func `the exit status tells the outcome`() {
    #expect(RecordAnswer.task(errand()).exitCode == 1)
    #expect(RecordAnswer.task(errand(repaired: 3)).exitCode == 0)
    #expect(RecordAnswer.retry(RetryView(retried: [1], left: [])).exitCode == 0)
    #expect(RecordAnswer.retry(RetryView(retried: [1], left: [.init(id: 2, reason: "r")])).exitCode == 65)
    #expect(ControlError.Code.notFound.exitCode == 66)
    #expect(ControlError.Code.refused.exitCode == 65)
    #expect(ControlError.Code.notOffered.exitCode == 69)
    #expect(ControlError.Code.temporary.exitCode == 75)
  }

  @Test func `a reply may be longer than a request, but not longer than its own limit`() throws {
    func reply(_ count: Int) -> ControlReply {
      let entry = String(repeating: "x", count: count)
      return .answer(.entry(QuarantineView(item: aside, entry: entry, length: count)))
    }
    let long = try Frame.encode(reply(1 << 20), limit: Frame.replyMaxBytes)
    var splitter = LineSplitter(limit: Frame.replyMaxBytes)
    let lines = try splitter.append(long)
    #expect(try lines.first.map { try Frame.decode(ControlReply.self, from: $0) } == reply(1 << 20))
    #expect(throws: FrameError.tooLong) { try Frame.encode(reply(1 << 20)) }
    #expect(throws: FrameError.tooLong) { try Frame.encode(reply(9 << 20), limit: Frame.replyMaxBytes) }
  }
}
