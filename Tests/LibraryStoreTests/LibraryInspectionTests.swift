import Foundation
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// What the inspection of a library reports about its search indexes.
@Suite struct LibraryInspectionTests {
  /// A copy of a fixture for one test.
  private final class Copy {
    let directory: String
    let path: String

    init(_ fixture: Fixture) throws {
      directory = try makeTemporaryDirectory("inspection")
      path = directory + "/library.sqlite"
      try fixture.copy(to: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func words(textMax: Int = IndexWordCheck.textMax) throws -> [String: LibraryInspection.WordComparison
      .Result]
    {
      let seen = try LibraryInspection.look(at: path, textMax: textMax)
      return Dictionary(uniqueKeysWithValues: seen.words.map { ($0.table, $0.result) })
    }
  }

  private static func isComplete(_ result: LibraryInspection.WordComparison.Result?) -> Bool {
    if case .complete(let extent) = result { extent.compared == extent.all } else { false }
  }

  @Test(arguments: [Fixture.laptop, .desktop])
  func `in a library that the application wrote nothing is missing, though SQLite's own check complains`(
    fixture: Fixture
  ) throws {
    let copy = try Copy(fixture)
    let words = try copy.words()
    #expect(words.count == 2 && words.values.allSatisfy(Self.isComplete), "\(words)")
    #expect(throws: SampleFailure.self) {
      try SQLiteConnection(copy.path).execute(
        "INSERT INTO media_fts (media_fts, rank) VALUES ('integrity-check', 1)")
    }
  }

  @Test func `words that a search does not find are counted with the row, and the statements fix it`()
    throws
  {
    let copy = try Copy(.laptop)
    let app = try SQLiteConnection(copy.path)
    // The row is in the index, with its title and without its text: so only the row list is right.
    try app.execute(
      """
      CREATE TEMP TABLE one AS SELECT id, uuid, title, content FROM Media
        WHERE deleted = 0 AND length(content) > 20 ORDER BY id LIMIT 1;
      INSERT INTO media_fts (media_fts, rowid, title, content) SELECT 'delete', id, title, content FROM one;
      INSERT INTO media_fts (rowid, title, content) SELECT id, title, '' FROM one;
      """)
    let uuid = try #require(try app.value("SELECT uuid FROM one")?.text)
    let seen = try LibraryInspection.look(at: copy.path)
    #expect(seen.strayIndexes.isEmpty)
    let media = try #require(seen.words.first { $0.table == "media_fts" })
    guard case .missing(let count, 1, RowName("Media", uuid)) = media.result else {
      Issue.record("\(media.result)")
      return
    }
    #expect(count > 3)
    try app.execute(media.rebuilding)
    #expect(try Self.isComplete(copy.words()["media_fts"]))
  }

  @Test func `surplus words are not a finding`() throws {
    let copy = try Copy(.laptop)
    try SQLiteConnection(copy.path).execute(
      """
      INSERT INTO media_fts (media_fts, rowid, title, content)
        SELECT 'delete', id, title, content FROM Media WHERE deleted = 0 ORDER BY id LIMIT 1;
      INSERT INTO media_fts (rowid, title, content)
        SELECT id, title || ' aardvark', content || ' zebra' FROM Media WHERE deleted = 0 ORDER BY id LIMIT 1;
      """)
    #expect(try Self.isComplete(copy.words()["media_fts"]))
  }

  @Test
  func `in a large library the latest rows are compared, and a text that is too large is skipped`()
    throws
  {
    let copy = try Copy(.empty)
    let library = try SampleLibrary(copy.path, client: "app", seed: 1)
    for number in 0..<10 {
      try library.addMedia(
        NewMedia(
          url: "u\(number)", title: "t",
          content: String(repeating: "word\(number) ", count: number == 9 ? 900 : 20)))
    }
    let words = try copy.words(textMax: 400)
    guard case .complete(let extent) = words["media_fts"] else {
      Issue.record("\(words)")
      return
    }
    #expect(extent.all == 10 && (2...3).contains(extent.compared), "\(extent)")
    // Only those: the oldest may have lost every word.
    let app = try SQLiteConnection(copy.path)
    try app.execute(
      """
      INSERT INTO media_fts (media_fts, rowid, title, content) SELECT 'delete', id, title, content FROM Media WHERE id = 1;
      INSERT INTO media_fts (rowid, title, content) VALUES (1, '', '');
      """)
    #expect(try copy.words(textMax: 400) == words)
    guard case .missing(2, 1, _) = try copy.words()["media_fts"] else {
      Issue.record("every row is compared where there is room")
      return
    }
  }

  @Test func `an index that cannot be read is reported as unreadable`() throws {
    let copy = try Copy(.laptop)
    let app = try SQLiteConnection(copy.path)
    try app.execute("UPDATE media_fts_data SET block = zeroblob(length(block)) WHERE id > 1000")
    #expect(try copy.words()["media_fts"] == .broken)
  }

  @Test func `an inspection writes nothing and does not wait for a writer that locks the library`() throws {
    let copy = try Copy(.laptop)
    let app = try SQLiteConnection(copy.path)
    try app.execute("BEGIN IMMEDIATE; UPDATE Keywords SET version = version WHERE 0")
    let before = try Data(contentsOf: URL(fileURLWithPath: copy.path))
    #expect(try copy.words().values.allSatisfy(Self.isComplete))
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy.path)) == before)
    try app.execute("COMMIT")
  }

  @Test func `if readers would delay writers, words are not compared`() throws {
    let copy = try Copy(.laptop)
    #expect(try SQLiteConnection(copy.path).value("PRAGMA journal_mode = DELETE")?.text == "delete")
    guard case .notCompared(let why) = try copy.words()["media_fts"] else {
      Issue.record("compared")
      return
    }
    #expect(why.contains("WAL"))
  }
}
