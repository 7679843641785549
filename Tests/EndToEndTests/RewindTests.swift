import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  @Suite struct Rewind {
    @Test func `a library restored from an older copy loses no changes of either incarnation`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      #expect(try one.sync().code == 0)
      let copy = stage.directory + "/copy.sqlite"
      try SQLiteConnection(one.library, .readWrite).execute("VACUUM INTO '\(copy)'")
      try addMedia(one.library, "first life")
      #expect(try one.sync().code == 0)
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: one.library + suffix) }
      try FileManager.default.copyItem(atPath: copy, toPath: one.library)
      try addMedia(one.library, "second life")
      try stage.waitUntilInStep([one, two])
      try stage.expectEqual([one, two])
      let lives = "SELECT count(*) FROM Media WHERE title LIKE '% life'"
      #expect(try value(one.library, lives) == .integer(2))
      #expect(try value(two.library, lives) == .integer(2))
    }

    private func addMedia(_ path: String, _ title: String) throws {
      let application = try SampleLibrary(path, client: "app-one", seed: UInt64(title.count))
      try application.addMedia(NewMedia(url: "https://example/\(title)", title: title, content: title))
    }
  }
}
