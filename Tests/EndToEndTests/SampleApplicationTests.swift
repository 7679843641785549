import Foundation
import SampleApplication
import Testing

/// The sample application and its measuring tools are correct: other tests rely on them.
@Suite struct SampleApplicationTests {
  private func inDirectory(_ body: (String) throws -> Void) throws {
    let directory = try makeTemporaryDirectory("sample")
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(directory)
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  ])
  func `the content hash is SHA-256`(_ text: String, _ hash: String) {
    #expect(ContentHash.of(text) == hash)
  }

  @Test(arguments: Fixture.allCases)
  func `the real libraries are healthy and equal to themselves`(_ fixture: Fixture) throws {
    try inDirectory { directory in
      let (one, two) = (directory + "/one.sqlite", directory + "/two.sqlite")
      try fixture.copy(to: one)
      try fixture.copy(to: two)
      let stale = try LibraryHealth.staleWords(two)
      #expect(try LibraryHealth.problems(one, schemaOf: two, staleBefore: stale) == [])
      #expect(try LibraryDigest(one).difference(from: LibraryDigest(two)) == "")
      let rows = try LibraryDigest(one).counts.map(\.rows)
      #expect((rows.reduce(0, +) > 0) == (fixture != .empty))
    }
  }

  @Test func `we compute the same content hashes as a real library`() throws {
    try inDirectory { directory in
      try Fixture.laptop.copy(to: directory + "/a.sqlite")
      let connection = try SQLiteConnection(directory + "/a.sqlite")
      let rows = try connection.rows("SELECT content, content_hash FROM Media")
      #expect(rows.count == 45)
      #expect(rows.allSatisfy { row in row[0].text.map(ContentHash.of) == row[1].text })
    }
  }

  @Test func `every kind of payload has a shape that the real libraries show`() throws {
    try inDirectory { directory in
      let real = try [Fixture.laptop, .desktop].flatMap { fixture in
        try fixture.copy(to: directory + "/real.sqlite")
        return try shapes(directory + "/real.sqlite")
      }
      let path = directory + "/sample.sqlite"
      try Fixture.empty.copy(to: path)
      let library = try SampleLibrary(path, client: "tester-1")
      try exercise(library)
      #expect(try LibraryHealth.problems(path) == [])
      // protocol.md §1, fact 1 names these two; the fixtures happen not to contain them.
      let documented: Set = [
        "Media update chunking_status:text,last_modified:text", "Media update url:text",
      ]
      let unknown = try Set(shapes(path)).subtracting(real).subtracting(documented)
      #expect(unknown.sorted() == [])
    }
  }

  @Test func `a soft delete logs unlinks and keeps the links' rows, as the real libraries do`() throws {
    try inDirectory { directory in
      let path = directory + "/sample.sqlite"
      try Fixture.empty.copy(to: path)
      let library = try SampleLibrary(path, client: "tester-1")
      let uuid = try library.addMedia(
        NewMedia(url: "u", title: "t", content: "c", keywords: ["a", "A", "b"]))
      try library.softDelete(uuid)
      let sql = "SELECT count(*) FROM sync_log WHERE operation = 'unlink'"
      #expect(try library.connection.value(sql) == .integer(2))
      #expect(try LibraryDigest(path).counts.map(\.rows) == [1, 2, 0, 0, 0, 1, 2])
      #expect(try LibraryDigest(path, links: .live).counts.map(\.rows) == [1, 2, 0, 0, 0, 1, 0])
    }
  }

  @Test func `one seed always gives the same library, with about 6.5 changes per medium`() throws {
    try inDirectory { directory in
      let (one, two) = (directory + "/one.sqlite", directory + "/two.sqlite")
      let count = try LibraryGenerator(seed: 1, media: 200).write(to: one)
      #expect((1150...1350).contains(count), "\(count)")
      try LibraryGenerator(seed: 1, media: 200).write(to: two)
      #expect(try LibraryDigest(one).hash == LibraryDigest(two).hash)
      #expect(try LibraryHealth.problems(one) == [])
      try LibraryGenerator(seed: 2, media: 20).write(to: two)
      #expect(try LibraryDigest(one).hash != LibraryDigest(two).hash)
    }
  }

  @Test func `the comparison notices a changed column, a lost row and a damaged index`() throws {
    try inDirectory { directory in
      let (one, two) = (directory + "/one.sqlite", directory + "/two.sqlite")
      try LibraryGenerator(seed: 3, media: 12).write(to: one)
      try LibraryGenerator(seed: 3, media: 12).write(to: two)
      let connection = try SQLiteConnection(two)
      try connection.execute("UPDATE Media SET title = 'other', version = version + 1 WHERE id = 3")
      let difference = try LibraryDigest(one).difference(from: LibraryDigest(two))
      #expect(difference.contains("title="))
      #expect(try LibraryHealth.problems(two).contains { $0.hasPrefix("media_fts") })
      try connection.execute("DROP TRIGGER media_validate_sync_update")
      #expect(try LibraryHealth.problems(two, schemaOf: one).contains { $0.hasPrefix("schema: missing") })
    }
  }

  private func shapes(_ path: String) throws -> [String] {
    try SQLiteConnection(path).rows(
      """
      SELECT DISTINCT entity || ' ' || operation || ' ' || group_concat(key) FROM (
        SELECT change_id, entity, operation, j.key || ':' || j.type AS key FROM sync_log, json_each(payload) j)
      GROUP BY change_id
      """
    ).compactMap { $0[0].text }
  }

  private func exercise(_ library: SampleLibrary) throws {
    var first = NewMedia(
      url: "u1", title: "one", content: "text one", keywords: ["a", "b"], chunks: ["text"])
    first.author = "A. Author"
    let one = try library.addMedia(first)
    let two = try library.addMedia(
      NewMedia(url: "u2", title: "two", content: "text two", keywords: ["B", "c"]))
    try library.updateMedia(two, title: "two rev", content: "text two rev")
    try library.updatePartial(two, [("chunking_status", .text("completed"))])
    try library.renameURL(two, to: "u3")
    try library.setKeywords(two, ["d"])
    try library.addTranscript(two, model: "tiny", text: "said")
    try library.addChunks(two, ["a chunk"])
    try library.addUnvectorizedChunks(two, ["a chunk"], from: 7, metadata: "{\"k\": \"v\"}")
    try library.rollback(two, to: 1)
    try library.trash(two)
    try library.restore(two)
    let keyword = try library.connection.value("SELECT uuid FROM Keywords WHERE keyword = 'd'")?.text
    try library.deleteKeyword(#require(keyword))
    try library.setKeywords(one, ["D"])
    try library.softDelete(two)
    try library.undelete(two)
    try library.hardDelete(one)
  }
}
