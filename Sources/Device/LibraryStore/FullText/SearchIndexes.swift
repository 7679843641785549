import SyncCore

/// The full-text indexes of a library as its file has them now.
///
/// mediasync maintains an index only if it is an FTS5 index with external content over any of the table's own
/// columns: then the rows determine what the index needs. It leaves any other index to the application. It
/// also leaves an index that SQLite reports as out of step (table `mediasync_indexes`) until its content is
/// right again: damage to derived data must never block the rows.
struct SearchIndexes {
  /// The migration that creates the table.
  static let table = """
    CREATE TABLE mediasync_indexes (
      name TEXT PRIMARY KEY NOT NULL,
      detail TEXT NOT NULL,
      since TEXT NOT NULL
    ) WITHOUT ROWID;
    """

  /// The catalogue with the indexes that mediasync maintains, and with their columns.
  let catalogue: EntityCatalogue
  /// The indexes that mediasync does not maintain.
  let findings: [IndexFinding]

  /// Reads the indexes of a library.
  ///
  /// - Parameter regardsMarks: if `false`, mediasync's indexes include those that are marked as out of step.
  init(_ catalogue: EntityCatalogue, _ database: Database, regardsMarks: Bool = true) throws {
    var findings: [IndexFinding] = []
    let marked = regardsMarks ? try Self.marked(database) : [:]
    self.catalogue = EntityCatalogue(
      try catalogue.shapes.map { shape in
        guard let expected = shape.fullText else { return shape }
        var shape = shape
        switch try Self.live(expected, of: shape, database) {
        case .success(let live):
          let detail = marked[live.table]
          if let detail {
            let rebuilding = LibraryInspection.rebuilding(live, of: shape)
            findings.append(
              IndexFinding(table: live.table, kind: .outOfStep, reason: detail, rebuilding: rebuilding))
          }
          shape.fullText = detail == nil ? live : nil
        case .failure(let obstacle):
          findings.append(
            IndexFinding(
              table: expected.table, kind: obstacle.isDamage ? .outOfStep : .notOurs, reason: obstacle.reason,
              rebuilding: obstacle.isDamage ? LibraryInspection.rebuilding(expected, of: shape) : nil))
          shape.fullText = nil
        }
        return shape
      }, undeclaredReferences: catalogue.undeclaredReferences)
    self.findings = findings
  }

  /// Why mediasync leaves an index to the application.
  private struct Obstacle: Error {
    let reason: String
    /// Whether mediasync would maintain the index if it were sound.
    var isDamage = false
  }

  private static func live(
    _ expected: EntityShape.FullTextIndex, of shape: EntityShape, _ database: Database
  ) throws -> Result<EntityShape.FullTextIndex, Obstacle> {
    let table = expected.table
    let statement = try database.firstValue(
      "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", .text(table))?.text
    guard let statement else { return .failure(Obstacle(reason: "the library has no such table")) }
    guard let definition = SearchIndexDefinition(statement) else {
      return .failure(Obstacle(reason: "it is no FTS5 index"))
    }
    guard let content = definition.content, !content.isEmpty else {
      return .failure(
        Obstacle(
          reason: definition.content == nil
            ? "it keeps a text of its own" : "it keeps no text, so that nothing can be taken out of it"))
    }
    guard content.lowercased() == shape.name.lowercased() else {
      return .failure(Obstacle(reason: "it takes its text from \(content)"))
    }
    guard ["id", "rowid", "_rowid_", "oid"].contains(definition.rowID.lowercased()) else {
      return .failure(Obstacle(reason: "it names rows by \(definition.rowID)"))
    }
    let columns: [String]
    let own: Set<String>
    do {
      columns = try names(of: table, database)
      own = Set(try names(of: shape.name, database))
    } catch let error as DatabaseError where error.resultCode == .corrupt {
      return .failure(Obstacle(reason: "\(error)", isDamage: true))
    } catch let error as DatabaseError {
      return .failure(Obstacle(reason: "SQLite cannot open it here: \(error.message ?? "no reason given")"))
    }
    if let foreign = columns.first(where: { !own.contains($0) }) {
      return .failure(Obstacle(reason: "its column \(foreign) is none of the table's"))
    }
    var live = expected
    live.columns = columns
    return .success(live)
  }

  private static func names(of table: String, _ database: Database) throws -> [String] {
    let names = try database.texts("SELECT name FROM pragma_table_info(?)", .text(table))
    guard !names.isEmpty else {
      throw DatabaseError(resultCode: .error, message: "it shows no columns")
    }
    return names
  }

  /// Returns the indexes that are marked as out of step, with SQLite's message.
  private static func marked(_ database: Database) throws -> [String: String] {
    guard try database.tableExists("mediasync_indexes") else { return [:] }
    let statement = try database.prepared("SELECT name, detail FROM mediasync_indexes")
    var marked: [String: String] = [:]
    while try statement.step() { marked[statement.text(0)] = statement.text(1) }
    return marked
  }

  /// Marks an index as out of step. Runs inside a write transaction.
  static func mark(_ table: String, detail: String, now: Instant, _ database: Database) throws {
    try database.run(
      "INSERT OR IGNORE INTO mediasync_indexes VALUES (?, ?, ?)", .text(table), .text(detail),
      .text(now.description))
  }

  /// Removes an index's mark, because its content is right again.
  static func unmark(_ table: String, _ database: Database) throws {
    try database.run("DELETE FROM mediasync_indexes WHERE name = ?", .text(table))
  }
}

/// SQLite reports that a full-text index lacks what a statement removes from it: error 267, or a constraint
/// of the index's own tables. The rows themselves are sound. What was written together with the index is
/// written again without it.
struct IndexOutOfStep: Error {
  /// The index; `nil` if SQLite reported the error only when the transaction ended.
  let table: String?
  /// SQLite's message.
  let detail: String

  /// Returns what an error says about a full-text index; `nil` if it says nothing. FTS5 writes its pending
  /// changes whenever a savepoint begins, so any statement may return its error 267.
  static func found(in error: any Error) -> IndexOutOfStep? {
    if let failure = error as? IndexOutOfStep { return failure }
    let isCorrupt = (error as? DatabaseError)?.extendedResultCode == .corruptVirtualTable
    return isCorrupt ? IndexOutOfStep(error, table: nil) : nil
  }

  /// Takes an error of a statement that wrote only to an index, or of the end of a transaction. The result is
  /// `nil` if the error is not about the index.
  init?(_ error: any Error, table: String?) {
    guard let failure = error as? DatabaseError else { return nil }
    switch failure.resultCode {
    case .corrupt:
      // Without the extended code of a virtual table, the file itself is damaged.
      guard failure.extendedResultCode == .corruptVirtualTable else { return nil }
    case .constraint: break
    default: return nil
    }
    self.table = table
    detail = "\(failure.message ?? "SQLite") (code \(failure.extendedResultCode.rawValue))"
  }
}
