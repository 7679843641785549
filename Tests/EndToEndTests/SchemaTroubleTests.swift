import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// The effect of an application's upgrade, or of damage to derived data, on real daemons.
  @Suite struct SchemaTrouble {
    @Test func `a picture stays byte for byte, and the doctor names its column`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      for library in [here, there] {
        try library.connection.execute("ALTER TABLE Media ADD COLUMN thumbnail BLOB")
      }
      let picture = SQLValue.blob([0x89, 0x50, 0x00, 0xFF] + Array(0...255))
      let uuid = try here.addMedia(NewMedia(url: "u", title: "with a picture", content: "text"))
      try here.updatePartial(uuid, [("thumbnail", picture)])
      try stage.waitUntilInStep([one, two])
      try there.updateMedia(uuid, title: "edited over there")
      try stage.waitUntilInStep([two, one])
      #expect(try value(one.library, "SELECT title FROM Media") == .text("edited over there"))
      #expect(try value(one.library, "SELECT thumbnail FROM Media") == picture)
      #expect(try value(two.library, "SELECT thumbnail FROM Media") == .null)
      try one.run()
      try one.awaitInStep()
      #expect(try one.control("verify").code == 0)
      #expect(try one.control("doctor").output.contains("Media.thumbnail"))
    }

    @Test func `a column that one device gets later is filled in, and no default replaces a value`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try stage.waitUntilInStep([one, two])
      let column = "ALTER TABLE Media ADD COLUMN rating INTEGER DEFAULT 0"
      try here.connection.execute(column)
      try here.updatePartial(uuid, [("rating", .integer(5))])
      try stage.waitUntilInStep([one, two])
      try there.connection.execute(column)
      // The application's payload is the whole row, with the column's default.
      try there.updatePartial(uuid, [("title", .text("edited over there")), ("rating", .integer(0))])
      try stage.waitUntilInStep([two, one])
      for device in [one, two] {
        #expect(try value(device.library, "SELECT rating FROM Media") == .integer(5))
        #expect(try value(device.library, "SELECT title FROM Media") == .text("edited over there"))
      }
      try two.run()
      try two.awaitInStep()
      #expect(try two.control("verify").code == 0)
    }

    @Test(arguments: ["title, content", nil])
    func `an unknown or missing index stops nothing, and the doctor names it`(index: String?) throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let there = try SQLiteConnection(two.library)
      try there.execute("DROP TABLE media_fts")
      if let index { try there.execute("CREATE VIRTUAL TABLE media_fts USING fts5(\(index))") }
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try here.addMedia(NewMedia(url: "u", title: "alpha", content: "text"))
      try stage.waitUntilInStep([one, two])
      #expect(try value(two.library, "SELECT title FROM Media") == .text("alpha"))
      try two.run()
      try two.awaitInStep()
      #expect(try two.control("doctor").output.contains("media_fts is left to the application"))
    }

    @Test func `a damaged index stops nothing but itself`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "alpha", content: "text"))
      try stage.waitUntilInStep([one, two])
      try SQLiteConnection(two.library).execute("UPDATE media_fts_data SET block = x'00' WHERE id = 10")
      try two.run()
      try here.updateMedia(uuid, title: "beta")
      #expect(try one.sync().code == 0)
      #expect(try poll(20) { try value(two.library, "SELECT title FROM Media") == .text("beta") })
      try two.awaitInStep()
      #expect(try two.control("doctor").output.contains("media_fts is out of step with its table"))
    }
  }
}
