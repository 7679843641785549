import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// The application's log is emptied, or loses entries, with the real programs.
  @Suite struct LogChanges {
    private func title(_ library: String, _ uuid: String) throws -> String? {
      try value(library, "SELECT title FROM Media WHERE uuid = '\(uuid)'")?.text
    }

    @Test func `edits after the log was emptied arrive, and the status says what happened`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      try stage.waitUntilInStep([one, two])
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try here.connection.execute("DELETE FROM sync_log")
      try here.connection.execute("DELETE FROM sqlite_sequence WHERE name = 'sync_log'")
      let uuid = try here.addMedia(NewMedia(url: "after", title: "after the reset", content: "text"))
      // Never pushed, and its entry was deleted with the log.
      let old = try #require(try value(one.library, "SELECT uuid FROM Media ORDER BY id LIMIT 1")?.text)
      try here.updateMedia(old, title: "edited just before a reset")
      try here.connection.execute("DELETE FROM sync_log WHERE entity_uuid = '\(old)'")
      try one.run()
      try one.awaitInStep()
      #expect(try one.status().pendingLocal == 0)
      let said = try one.control("status").output
      #expect(said.contains("was reset"), "\(said)")
      try two.run()
      #expect(try poll(20) { try title(two.library, uuid) == "after the reset" })
      #expect(try poll(20) { try title(two.library, old) == "edited just before a reset" })
      try here.updateMedia(uuid, title: "edited after it")
      #expect(try poll(20) { try title(two.library, uuid) == "edited after it" })
      try one.awaitInStep()
      try two.awaitInStep()
      try stage.expectEqual([one, two])
      let doctor = try one.control("doctor").output
      #expect(doctor.contains("log"), "\(doctor)")
    }

    @Test
    func `rows whose unread entries were pruned are found, and no edit is overwritten`()
      throws
    {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      try stage.waitUntilInStep([one, two])
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      let added = try here.addMedia(NewMedia(url: "added", title: "not yet pushed", content: "text"))
      let rows = try here.connection.rows("SELECT uuid FROM Media WHERE deleted = 0 ORDER BY id LIMIT 2")
      let edited = try #require(rows[0][0].text)
      let contested = try #require(rows[1][0].text)
      try here.updateMedia(edited, title: "edited, not yet pushed")
      try there.updateMedia(contested, author: "typed there")
      #expect(try two.sync().code == 0)
      try here.updateMedia(contested, title: "typed here")
      try here.connection.execute("DELETE FROM sync_log")
      let last = try here.addMedia(NewMedia(url: "last", title: "pushed", content: "more text"))
      try stage.waitUntilInStep([one, two])
      for library in [one.library, two.library] {
        #expect(try title(library, added) == "not yet pushed")
        #expect(try title(library, edited) == "edited, not yet pushed")
        #expect(try title(library, last) == "pushed")
        #expect(try title(library, contested) == "typed here")
        #expect(
          try value(library, "SELECT author FROM Media WHERE uuid = '\(contested)'") == .text("typed there"))
      }
      try stage.expectEqual([one, two])
    }

    @Test func `entries that cannot be sent are quarantined, and everything else arrives`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      try stage.waitUntilInStep([one, two])
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let rows = try here.connection.rows("SELECT uuid FROM Media WHERE deleted = 0 ORDER BY id LIMIT 3")
      let uuids = rows.compactMap { $0[0].text }
      let columns = "entity, entity_uuid, operation, timestamp, client_id, version"
      for (id, payload, uuid) in [
        ("-5", "'{}'", uuids[0]), ("NULL", "NULL", uuids[1]), ("4611686018427387905", "'{}'", uuids[2]),
      ] {
        try here.connection.execute(
          """
          INSERT INTO sync_log (change_id, \(columns), payload) SELECT \(id), \(columns), \(payload) FROM sync_log
          WHERE entity_uuid = '\(uuid)' ORDER BY change_id DESC LIMIT 1
          """)
      }
      let added = try here.addMedia(NewMedia(url: "behind", title: "behind them all", content: "text"))
      try here.updateMedia(uuids[2], title: "edited behind them")
      try one.run()
      try two.run()
      #expect(try poll(20) { try title(two.library, added) == "behind them all" })
      #expect(try poll(20) { try title(two.library, uuids[2]) == "edited behind them" })
      try one.awaitInStep()
      #expect(try one.status().pendingLocal == 0)
      let doctor = try one.control("doctor").output
      #expect(
        doctor.contains("above 2^62") && !doctor.contains("unsent entries of the application's log"),
        "\(doctor)")
      try two.awaitInStep()
      try stage.expectEqual([one, two])
    }

    @Test func `a server of the old protocol is not told of the lost entries, and the user is`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let device = try stage.device("one", .empty, hub: server.url)
      let here = try SampleLibrary(device.library, client: "app-one", seed: 1)
      for number in 1...3 {
        try here.addMedia(NewMedia(url: "\(number)", title: "t", content: "c \(number)"))
      }
      try here.connection.execute("DELETE FROM sync_log WHERE change_id <= 2")
      try device.run()
      try device.awaitInStep()
      let said = try device.control("status").output
      #expect(said.contains("unsent entries were deleted"), "\(said)")
    }
  }
}
