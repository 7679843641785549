import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  @Suite struct Convergence {
    @Test func `laptop, desktop and an empty device end equal and healthy, with the same schema`() throws {
      let stage = try Stage()
      let devices = try [
        stage.device("laptop", .laptop), stage.device("desktop", .desktop), stage.device("third", .empty),
      ]
      let stale = try devices.map { try LibraryHealth.staleWords($0.library) }
      try stage.waitUntilInStep(devices)
      try stage.expectEqual(devices)
      let model = stage.directory + "/model.sqlite"
      try Fixture.empty.copy(to: model)
      for (device, stale) in zip(devices, stale) {
        let problems = try LibraryHealth.problems(device.library, schemaOf: model, staleBefore: stale)
        #expect(problems == [], "\(device.library): \(problems)")
      }
    }

    @Test func `media and keywords that two devices had under two uuids exist once`() throws {
      let stage = try Stage()
      let devices = try [stage.device("laptop", .laptop), stage.device("desktop", .desktop)]
      try stage.waitUntilInStep(devices)
      for device in devices {
        let shared = "SELECT count(*) FROM Media WHERE url LIKE 'https://media.example/shared/%'"
        #expect(try value(device.library, shared) == .integer(15))
        #expect(try value(device.library, "SELECT count(*) FROM Media") == .integer(75))
      }
    }

    @Test func `a second cycle changes neither the hub nor the file`() throws {
      let stage = try Stage()
      let devices = try [stage.device("laptop", .laptop), stage.device("desktop", .desktop)]
      try stage.waitUntilInStep(devices)
      let before = try devices.map { try (LibraryDigest($0.library), ownTables($0.library)) }
      let log = try value(devices[0].library, "SELECT max(change_id) FROM sync_log")
      try stage.waitUntilInStep(devices)
      for (device, before) in zip(devices, before) {
        #expect(try LibraryDigest(device.library) == before.0)
        #expect(try ownTables(device.library) == before.1)
      }
      #expect(try value(devices[0].library, "SELECT max(change_id) FROM sync_log") == log)
    }

    @Test func `an edit reaches the other running daemon, and an edit of it comes back`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      try one.run()
      try two.run()
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text", keywords: ["a", "b"]))
      let title = "SELECT title FROM Media WHERE uuid = '\(uuid)'"
      #expect(try poll(15) { try value(two.library, title) == .text("first") })
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      try there.updateMedia(uuid, title: "second")
      #expect(try poll(15) { try value(one.library, title) == .text("second") })
      try one.awaitInStep()
      try two.awaitInStep()
      try stage.expectEqual([one, two])
    }

    @Test func `of two edits of one title the later wins, and the other is kept`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try stage.waitUntilInStep([one, two])
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      try there.updateMedia(uuid, title: "the earlier")
      usleep(20_000)
      try here.updateMedia(uuid, title: "the later")
      try stage.waitUntilInStep([one, two])
      try stage.expectEqual([one, two])
      #expect(try value(two.library, "SELECT title FROM Media") == .text("the later"))
      try one.run()
      try two.run()
      // Before the library is open, status cannot count its rows.
      try one.awaitInStep()
      try two.awaitInStep()
      #expect(try one.status().conflicts + two.status().conflicts > 0)
    }

    @Test func `edits of different columns on two devices both stay`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try stage.waitUntilInStep([one, two])
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      try here.updatePartial(uuid, [("chunking_status", .text("completed"))])
      try there.renameURL(uuid, to: "moved")
      try stage.waitUntilInStep([one, two])
      try stage.expectEqual([one, two])
      let both = "SELECT url || ' ' || chunking_status FROM Media"
      #expect(try value(one.library, both) == .text("moved completed"))
    }

    @Test func `a row that the application removed without a log entry does not stop the rest`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let gone = try here.addMedia(
        NewMedia(url: "u1", title: "gone", content: "gone", keywords: ["k"], chunks: ["a chunk"]))
      try here.hardDelete(gone)
      try here.addMedia(NewMedia(url: "u2", title: "stays", content: "stays", keywords: ["k"]))
      try stage.waitUntilInStep([one, two])
      #expect(try value(two.library, "SELECT count(*) FROM Media WHERE title = 'stays'") == .integer(1))
    }

    /// All rows of the daemon's own tables, one line per row.
    private func ownTables(_ library: String) throws -> [String] {
      let connection = try SQLiteConnection(library, .readOnly)
      let tables = try connection.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'mediasync\\_%' ESCAPE '\\' ORDER BY name"
      )
      #expect(!tables.isEmpty)
      return try tables.compactMap { $0[0].text }.flatMap { table in
        try connection.rows("SELECT * FROM \(table)").map {
          table + " " + $0.map(\.described).joined(separator: " ")
        }
      }.sorted()
    }
  }
}
