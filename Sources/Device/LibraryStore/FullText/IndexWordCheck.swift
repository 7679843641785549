import SyncCore

/// Whether a search finds every word of the rows that are there.
///
/// FTS5's own `integrity-check` is no help. It is a write, for whose lock the application would have to wait; and where it
/// compares with the rows it wants the softly deleted ones in the index too, and none of the stale words that the
/// application itself leaves there, so that it has something against every library. Instead the index that should be is
/// made beside the library, in SQLite's temporary file, and both lists of words are walked in step. Words too many are
/// left out.
package struct IndexWordCheck {
  /// Text that is compared, in characters: that of the rows that changed last. It takes a few seconds.
  package static let textMax = 8 << 20
  /// Places in an index that are walked; one that has more is not compared.
  static let placesMax = 100_000_000

  private let database: Database
  private let shape: EntityShape
  private let index: EntityShape.FullTextIndex

  /// Compares the indexes of a library in WAL mode, one after the other. Elsewhere the application's commits would
  /// have to wait for it.
  static func compare(
    at path: String, catalogue: EntityCatalogue, textMax: Int = textMax
  ) -> [LibraryInspection.WordComparison] {
    catalogue.shapes.compactMap { shape in
      guard let index = shape.fullText else { return nil }
      let result: LibraryInspection.WordComparison.Result
      do {
        // A connection for each, so that nothing temporary outlives it.
        result = try Database.reading(path, busyTimeout: LibraryInspection.busyTimeout) { database in
          guard try database.firstValue("PRAGMA journal_mode")?.text == "wal" else {
            return .notCompared("the library is not in WAL mode")
          }
          return try IndexWordCheck(database: database, shape: shape, index: index).compare(textMax)
        }
      } catch let error as DatabaseError where error.resultCode == .corrupt {
        result = .broken
      } catch {
        result = .notCompared("\(SQLiteFailure.storeError(error, path: path, waited: .seconds(2)))")
      }
      return LibraryInspection.WordComparison(
        table: index.table, result: result, rebuilding: LibraryInspection.rebuilding(index, of: shape))
    }
  }

  /// One snapshot of the library for everything that is read of it.
  private func compare(_ textMax: Int) throws -> LibraryInspection.WordComparison.Result {
    try database.beginTransaction(.deferred)
    let result = Result { try compareNow(textMax) }
    if database.isInsideTransaction { try database.rollback() }
    return try result.get()
  }

  private func compareNow(_ textMax: Int) throws -> LibraryInspection.WordComparison.Result {
    let definition = try database.firstValue(
      "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", .text(index.table))?.text
    // As the application made it, so that its tokenizer and its options are the same.
    guard let definition, let options = definition.firstMatch(of: /(?i)\sUSING\s+fts5\s*\(/) else {
      return .notCompared("there is no such index")
    }
    let rows = try choose(textMax)
    let name = quoted(index.table)
    try database.execute(
      sql: """
        CREATE TEMP VIEW \(quoted(shape.name)) AS
          SELECT * FROM main.\(quoted(shape.name)) WHERE id IN (SELECT id FROM temp.mediasync_chosen);
        CREATE VIRTUAL TABLE temp.\(name)\(definition[options.range.lowerBound...]);
        INSERT INTO temp.\(name) (\(name)) VALUES ('rebuild');
        CREATE VIRTUAL TABLE temp.mediasync_due USING fts5vocab(temp, \(name), instance);
        CREATE VIRTUAL TABLE temp.mediasync_held USING fts5vocab(main, \(name), instance);
        """)
    return try walk(rows)
  }

  /// The rows that changed last, as many as have so much text. Rows that are not in the index at all are found, and
  /// told, without it.
  private func choose(_ textMax: Int) throws -> LibraryInspection.WordComparison.Extent {
    try database.execute(sql: "CREATE TEMP TABLE mediasync_chosen (id INTEGER PRIMARY KEY)")
    let table = "main.\(quoted(shape.name))"
    let length = index.columns.map { "coalesce(length(\(quoted($0))), 0)" }.joined(separator: " + ")
    let living = try database.prepared(
      """
      SELECT id FROM \(table) WHERE deleted = 0 AND id IN (SELECT id FROM main.\(quoted(index.table + "_docsize")))
      ORDER BY \(BookkeepingColumn.lastModified) DESC, id DESC
      """)
    let measure = try database.prepared("SELECT \(length) FROM \(table) WHERE id = ?")
    let take = try database.prepared("INSERT INTO temp.mediasync_chosen VALUES (?)")
    var extent = LibraryInspection.WordComparison.Extent()
    var left = Int64(textMax)
    while try living.step() {
      extent.all += 1
      guard left > 0 else { continue }
      let id = living.integer(0)
      measure.bind(1, id)
      let size = try measure.step() ? measure.integer(0) : 0
      measure.reset()
      // One text that is larger than all the room is passed over; those behind it may fit.
      guard size <= left else { continue }
      left -= size
      take.bind(1, id)
      try take.run()
      extent.compared += 1
    }
    return extent
  }

  /// Both lists come in the order of word, row and column.
  private func walk(
    _ extent: LibraryInspection.WordComparison.Extent
  ) throws -> LibraryInspection.WordComparison.Result {
    let due = try Places("mediasync_due", index, database)
    let held = try Places("mediasync_held", index, database)
    defer { due.statement.reset(); held.statement.reset() }
    var missing = 0
    var rows: Set<Int64> = []
    var walked = 0
    var place = try held.next()
    var last: Place?
    while let wanted = try due.next() {
      guard wanted != last else { continue }
      last = wanted
      while let present = place, present < wanted {
        place = try held.next()
        walked += 1
        guard walked <= Self.placesMax else { return .notCompared("the index is too large") }
      }
      guard place != wanted else { continue }
      missing += 1
      rows.insert(wanted.row)
    }
    guard let first = rows.min() else { return .complete(extent) }
    let uuid = try database.firstValue(
      "SELECT uuid FROM main.\(quoted(shape.name)) WHERE id = ?", .integer(first))?.text
    return .missing(words: missing, rows: rows.count, first: RowName(shape.name, uuid ?? ""))
  }

  /// A word in a column of a row.
  private struct Place: Comparable {
    let word: [UInt8]
    let row: Int64
    let column: Int

    static func < (left: Place, right: Place) -> Bool {
      guard left.word == right.word else { return left.word.lexicographicallyPrecedes(right.word) }
      return (left.row, left.column) < (right.row, right.column)
    }
  }

  /// The places of an index, in order.
  private struct Places {
    let statement: PreparedStatement
    private let columns: [String: Int]

    init(_ table: String, _ index: EntityShape.FullTextIndex, _ database: Database) throws {
      statement = try database.prepared("SELECT term, doc, col FROM temp.\(table)")
      columns = Dictionary(uniqueKeysWithValues: index.columns.enumerated().map { ($1, $0) })
    }

    func next() throws -> Place? {
      guard try statement.step() else { return nil }
      return Place(
        word: statement.bytes(0), row: statement.integer(1), column: columns[statement.text(2)] ?? -1)
    }
  }
}
