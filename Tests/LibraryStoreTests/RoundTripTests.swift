import Foundation
import GRDB
import SyncCore
import Testing

@testable import LibraryStore

@Suite struct RoundTripTests {
  private static let tables = [
    "Media", "Keywords", "Transcripts", "MediaChunks", "UnvectorizedMediaChunks", "DocumentVersions",
  ]

  /// Every synced column of every row, parents by uuid, links as pairs.
  private func contents(_ path: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    return try queue.read { database in
      var lines: [String] = []
      for table in Self.tables {
        let names = try database.columns(in: table).map(\.name)
          .filter { !["id", "media_id", "vector_embedding", "last_modified"].contains($0) }.sorted()
        let parent =
          table == "Media" || table == "Keywords" ? "NULL" : "(SELECT uuid FROM Media WHERE id = media_id)"
        let sql = "SELECT \(names.joined(separator: ", ")), \(parent) AS parent FROM \(table) ORDER BY uuid"
        for row in try Row.fetchAll(database, sql: sql) { lines.append("\(table) \(row)") }
      }
      let links = """
        SELECT m.uuid || '_' || k.uuid FROM MediaKeywords
        JOIN Media m ON m.id = media_id JOIN Keywords k ON k.id = keyword_id ORDER BY 1
        """
      return lines + (try String.fetchAll(database, sql: links))
    }
  }

  @Test(arguments: ["laptop", "desktop"])
  func `a pushed library arrives whole in an empty one`(fixture: String) throws {
    let source = try ScratchLibrary(fixture)
    let target = try ScratchLibrary("empty")
    var hub = LonelyHub()
    let pushed = try pushAll(try source.open(), into: &hub)
    #expect(pushed.quarantined == 0)
    #expect(pushed.passedOver == 0)
    let library = try target.open(machine: "machine-2")
    let page = PulledPage(
      entries: hub.log.map { .entry($0) },
      rules: .layer2(next: Position(Int64(hub.log.count)), chain: ChainValue(rawValue: "c")))
    let applied = try library.apply(page)
    #expect(applied.quarantined == 0)
    #expect(try library.deviceState().parked == 0)
    #expect(try contents(source.path) == contents(target.path))
    // Only the target: the real application leaves its own stale terms in the source.
    try checkHealth(target.path)
  }

  private func checkHealth(_ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { database in
      #expect(try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok")
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      for (table, index, columns) in [
        ("Media", "media_fts", "title, content"), ("Keywords", "keyword_fts", "keyword"),
      ] {
        try database.execute(sql: "CREATE VIRTUAL TABLE temp.live USING fts5vocab(main, \(index), instance)")
        let stored = try Row.fetchAll(database, sql: "SELECT * FROM temp.live ORDER BY 1, 2, 3, 4").map {
          "\($0)"
        }
        try database.execute(
          sql: """
            CREATE VIRTUAL TABLE temp.fresh USING fts5(\(columns));
            INSERT INTO temp.fresh (rowid, \(columns)) SELECT id, \(columns) FROM \(table) WHERE deleted = 0;
            CREATE VIRTUAL TABLE temp.terms USING fts5vocab(temp, fresh, instance);
            """)
        let expected = try Row.fetchAll(database, sql: "SELECT * FROM temp.terms ORDER BY 1, 2, 3, 4").map {
          "\($0)"
        }
        let isRight = stored == expected
        #expect(isRight, "the full-text index of \(table)")
        try database.execute(sql: "DROP TABLE temp.terms; DROP TABLE temp.fresh; DROP TABLE temp.live")
      }
    }
  }
}
