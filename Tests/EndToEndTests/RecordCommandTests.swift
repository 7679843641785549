import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// What a person can do about changes that did not fit, with the real programs.
  @Suite struct RecordCommands {
    /// Two running devices with edits of one title on both; the later edit was `there`'s.
    private func contest(_ stage: Stage) throws -> (loser: DaemonProcess, winner: DaemonProcess) {
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try stage.waitUntilInStep([one, two])
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      try here.updateMedia(uuid, title: "the earlier")
      usleep(20_000)
      try there.updateMedia(uuid, title: "the later")
      // The winner's edit arrives first, so that the answer to the loser's names what it lost to.
      for device in [two, one] { #expect(try device.sync().code == 0) }
      for device in [one, two] {
        try device.run()
        try device.awaitInStep()
      }
      return (one, two)
    }

    private func json(_ end: ProgramEnd) throws -> JSONNode {
      try #require(JSONNode.parse(Data(end.output.utf8)), "\(end.output) \(end.errors)")
    }

    @Test func `the loser lists its lost values and restores them, and both devices get them`() throws {
      let stage = try Stage()
      let (loser, winner) = try contest(stage)
      let title = "SELECT title FROM Media"
      #expect(try value(loser.library, title) == .text("the later"))
      let list = try json(loser.control("conflicts", "--json"))
      let item = try #require(
        list["conflicts"]?.list?.first { $0["columns"]?.list?.contains(.text("title")) == true })
      #expect(item["winner"]?.text == "app-two")
      let id = String(try #require(item["id"]?.integer))
      let shown = try loser.control("conflicts", "show", id)
      #expect(shown.code == 0)
      #expect(shown.output.contains("the earlier") && shown.output.contains("the later"), "\(shown.output)")
      let restored = try loser.control("conflicts", "restore", id)
      #expect(restored.code == 0, "\(restored.errors)")
      #expect(restored.output.contains("title"))
      #expect(try poll(20) { try value(winner.library, title) == .text("the earlier") })
      try loser.awaitInStep()
      try winner.awaitInStep()
      try stage.expectEqual([loser, winner])
      #expect(try LibraryHealth.problems(loser.library) == [])
      #expect(try LibraryHealth.problems(winner.library) == [])
      let again = try loser.control("conflicts", "restore", id)
      #expect(again.code == 66, "a record is restored once")
      #expect(again.errors.split(separator: "\n").count == 1)
    }

    @Test func `a dismissed record is gone, and nothing is queued`() throws {
      let stage = try Stage()
      let (loser, _) = try contest(stage)
      let list = try json(loser.control("conflicts", "list", "--json"))
      let ids = try #require(list["conflicts"]?.list).compactMap { $0["id"]?.integer }
      #expect(!ids.isEmpty)
      // The existing record goes, and the missing one is named.
      let first = try loser.control("conflicts", "dismiss", String(ids[0]), "999")
      #expect(first.code == 66)
      #expect(first.output == "Conflict record \(ids[0]) deleted.\n")
      #expect(first.errors.contains("999"))
      #expect(try loser.control("conflicts", "dismiss").code == 64, "all only where that is said")
      let none = try loser.control("conflicts", "dismiss", "--all", "--only", "no_such_column")
      #expect(none.output == "No matching conflict records.\n")
      let all = try loser.control("conflicts", "dismiss", "--all", "--json")
      #expect(
        try json(all)["dismissed_count"]?.integer == Int64(ids.count - 1), "\(all.output) \(all.errors)")
      #expect(try loser.control("conflicts", "dismiss", "--all").code == 0)
      #expect(try loser.control("conflicts").output == "No conflict records.\n")
      #expect(try loser.status().conflicts == 0)
      #expect(try loser.status().pendingLocal == 0)
    }

    @Test func `a change that the hub always rejects is shown with its reason, retried and dropped`() throws {
      let stage = try Stage()
      let device = try stage.device("one")
      let application = try SampleLibrary(device.library, client: "app-one", seed: 1)
      let media = try application.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try application.connection.run(
        """
        INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
        VALUES ('Media', ?, 'update', '2026-11-25T04:00:00.000Z', x'00', 2, '{}'),
          ('Podcasts', 'p', 'create', '2026-11-25T04:00:00.000Z', 'app-one', 1, '{}')
        """, [.text(media)])
      try device.run()
      #expect(try poll(20) { try device.status().quarantined == 2 })
      let list = try json(device.control("quarantine", "--json"))
      let items = try #require(list["quarantine"]?.list)
      let ids = Dictionary(
        items.map { ($0["code"]?.text ?? "", $0["id"]?.integer.map { String($0) } ?? "") },
        uniquingKeysWith: { one, _ in one })
      #expect(items.allSatisfy { $0["what_to_do"]?.text?.isEmpty == false })
      let malformed = try #require(ids["malformed_entry"])
      let unknown = try #require(ids["unknown_entity"])
      #expect(try device.control("quarantine", "show", malformed).output.contains("client"))
      let all = try device.control("quarantine", "retry")
      #expect(all.code == 65, "one of the two stays: \(all.output)")
      #expect(all.output.contains("Retried: \(malformed)"))
      let other = try device.control("quarantine", "retry", unknown)
      #expect(other.code == 65)
      #expect(other.errors.contains("Podcasts"))
      #expect(try device.control("quarantine", "drop", unknown).code == 0)
      try device.awaitInStep()
      #expect(try device.status().quarantined == 0)
      #expect(try device.control("quarantine").output == "Nothing is in quarantine.\n")
    }

    @Test func `acknowledged log entries are pruned if the settings say so`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let application = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try application.addMedia(NewMedia(url: "u", title: "first", content: "text", keywords: ["a", "b"]))
      #expect(try one.sync().code == 0)
      let count = "SELECT count(*) FROM sync_log"
      #expect(try value(one.library, count) == .integer(6))
      usleep(1_100_000)
      one.environment["MEDIASYNC_LIBRARY_PRUNE_LOG_AFTER"] = "1s"
      try one.run()
      #expect(try poll(20) { try value(one.library, count) == .integer(1) })
      #expect(try two.sync().code == 0)
      try stage.expectEqual([one, two])
    }
  }
}
