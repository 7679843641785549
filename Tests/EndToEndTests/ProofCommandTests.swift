import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Commands that need both library and hub, with the real programs.
  @Suite struct ProofCommands {
    private func json(_ end: ProgramEnd) throws -> JSONNode {
      try #require(JSONNode.parse(Data(end.output.utf8)), "\(end.output) \(end.errors)")
    }

    @Test func `a value that another device overwrites after it was acknowledged is kept where it was typed`()
      throws
    {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try stage.waitUntilInStep([one, two])
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      try here.updateMedia(uuid, title: "the earlier")
      usleep(20_000)
      try there.updateMedia(uuid, title: "the later")
      // The earlier edit is acknowledged first, before anybody contests it.
      for device in [one, two] { #expect(try device.sync().code == 0) }
      try one.run()
      try two.run()
      try one.awaitInStep()
      #expect(try value(one.library, "SELECT title FROM Media") == .text("the later"))
      let list = try json(one.control("conflicts", "--json"))
      let item = try #require(
        list["conflicts"]?.list?.first { $0["columns"]?.list?.contains(.text("title")) == true })
      #expect(item["winner"]?.text == "app-two")
      let id = String(try #require(item["id"]?.integer))
      #expect(try one.control("conflicts", "restore", id).code == 0)
      #expect(try poll(20) { try value(two.library, "SELECT title FROM Media") == .text("the earlier") })
      try one.awaitInStep()
      try two.awaitInStep()
      try stage.expectEqual([one, two])
    }

    @Test func `what a library refused is fetched again as soon as the library accepts it`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      try there.connection.execute("ALTER TABLE Media ADD COLUMN strict INTEGER CHECK (length(title) < 20)")
      try here.addMedia(NewMedia(url: "u", title: "a title that is rather long", content: "text"))
      #expect(try one.sync().code == 0)
      try two.run()
      #expect(try poll(20) { try two.status().quarantined > 0 })
      let list = try json(two.control("quarantine", "--json"))
      let item = try #require(list["quarantine"]?.list?.first)
      #expect(item["direction"]?.text == "pull")
      #expect(item["code"]?.text == "refused_by_library")
      let id = String(try #require(item["id"]?.integer))
      let refused = try two.control("quarantine", "retry", id)
      #expect(refused.code == 65, "\(refused.output)")
      #expect(refused.errors.contains("CHECK"), "\(refused.errors)")
      #expect(try two.status().quarantined > 0)
      try there.connection.execute("ALTER TABLE Media DROP COLUMN strict")
      let retried = try two.control("quarantine", "retry")
      #expect(retried.code == 0, "\(retried.output) \(retried.errors)")
      #expect(try two.status().quarantined == 0)
      #expect(try poll(20) { try two.status().parked == 0 })
      try stage.expectEqual([one, two])
      #expect(try LibraryHealth.problems(two.library) == [])
    }

    @Test func `verify exits with 0 if all is equal and with 1 if not, and repairs`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      try one.run()
      try two.run()
      try one.awaitInStep()
      #expect(try poll(30) { try two.status().pulledCursor == one.status().pulledCursor })
      try two.awaitInStep()
      let equal = try two.control("verify")
      #expect(equal.code == 0, "\(equal.output) \(equal.errors)")
      #expect(equal.output.hasPrefix("Equal: "))
      // The application never writes without its log; a repair tool might.
      let broken = try SQLiteConnection(two.library)
      try broken.execute(
        """
        UPDATE Media SET author = 'somebody else', version = version + 1
        WHERE id = (SELECT id FROM Media WHERE deleted = 0 ORDER BY id LIMIT 1)
        """)
      let different = try two.control("verify", "--json")
      #expect(different.code == 1, "\(different.output) \(different.errors)")
      let view = try json(different)
      #expect(view["counts"]?["differs"]?.integer == 1)
      #expect(view["differences"]?.list?.first?["entity"]?.text == "Media")
      let repaired = try two.control("verify", "--repair")
      #expect(repaired.code == 0, "\(repaired.output) \(repaired.errors)")
      #expect(try two.control("verify").code == 0)
      try stage.expectEqual([one, two])
    }

    @Test func `a column that only another device's library has is not a difference`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try here.connection.execute("ALTER TABLE Media ADD COLUMN mood TEXT")
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try here.updatePartial(uuid, [("mood", .text("calm"))])
      try stage.waitUntilInStep([one, two])
      for device in [one, two] {
        try device.run()
        try device.awaitInStep()
        let end = try device.control("verify")
        #expect(end.code == 0, "\(device.directory): \(end.output) \(end.errors)")
      }
    }

    @Test func `rows without a log entry are adopted, and a dry run only lists them`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      // Not only pruned: ids without an entry would reveal that something is missing.
      let application = try SQLiteConnection(one.library)
      try application.execute("DELETE FROM sync_log")
      try application.execute("DELETE FROM sqlite_sequence WHERE name = 'sync_log'")
      try one.run()
      try one.awaitInStep()
      let dry = try json(one.control("adopt", "--dry-run", "--json"))
      let count = try #require(dry["queued"]?.integer)
      #expect(count > 0)
      #expect(try one.status().pendingLocal == 0)
      #expect(try one.control("adopt").code == 0)
      try one.awaitInStep()
      #expect(try two.sync().code == 0)
      try stage.expectEqual([one, two])
      #expect(try json(one.control("adopt", "--dry-run", "--json"))["queued"]?.integer == 0)
    }

    @Test func `a resync loses no change that was not pushed`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      try stage.waitUntilInStep([one, two])
      try two.run()
      try two.awaitInStep()
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      let uuid = try there.addMedia(NewMedia(url: "mine", title: "typed just now", content: "text"))
      let end = try two.control("resync")
      #expect(end.code == 0, "\(end.output) \(end.errors)")
      try two.awaitInStep()
      #expect(
        try value(two.library, "SELECT title FROM Media WHERE uuid = '\(uuid)'") == .text("typed just now"))
      #expect(try one.sync().code == 0)
      try stage.expectEqual([one, two])
    }

    @Test func `a server of the old protocol offers no comparison`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let device = try stage.device("one", .empty, hub: server.url)
      try device.run()
      try device.awaitInStep()
      for verb in ["verify", "adopt", "resync"] {
        let end = try device.control(verb)
        #expect(end.code == 69, "\(verb): \(end.output) \(end.errors)")
        #expect(end.errors.split(separator: "\n").count == 1)
      }
    }
  }
}
