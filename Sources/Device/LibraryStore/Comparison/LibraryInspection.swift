import SyncCore

/// What a look at a library finds. Nothing is written: it may be looked at while the application and a daemon work.
package struct LibraryInspection: Sendable {
  /// A full-text index that does not hold just the rows that it should.
  package struct StrayIndex: Sendable {
    /// The index.
    package let table: String
    /// Rows that are there and that a search does not find.
    package let missing: Int
    /// Rows that are gone and that a search still finds.
    package let left: Int
    /// The statements that make it anew.
    package let rebuilding: String
  }

  /// Whether a full-text index has the words of the rows that are in it.
  package struct WordComparison: Sendable {
    /// How much was compared.
    package struct Extent: Hashable, Sendable {
      /// Rows that were compared: those that changed last.
      package var compared = 0
      /// Rows that are in the index, and should be.
      package var all = 0
    }

    /// What came of it.
    package enum Result: Hashable, Sendable {
      /// A search finds every word of them.
      case complete(Extent)
      /// A search misses words: how many, in how many rows, and the first of these.
      case missing(words: Int, rows: Int, first: RowName)
      /// SQLite cannot read the index.
      case broken
      /// Why nothing was compared.
      case notCompared(String)
    }

    /// The index.
    package let table: String
    /// What came of it.
    package let result: Result
    /// The statements that make the index anew.
    package let rebuilding: String
  }

  /// SQLite's journal mode, such as `wal`.
  package let journalMode: String
  /// The version of the sync state; `nil` where no daemon has ever opened the library.
  package let stateVersion: Int64?
  /// This device's identity at the hub.
  package let device: DeviceID?
  /// The log that the library is in step with.
  package let log: LogID?
  /// Entries in quarantine.
  package let quarantined: Int
  /// Conflict records.
  package let conflicts: Int
  /// When the application's log was last found emptied and begun anew.
  package let logResetAt: Instant?
  /// Changes from elsewhere that wait for a person's word.
  package let hold: Hold?
  /// Entries of the log are gone that were still to be sent, and the library has not been compared with the hub since.
  package let hasLogGap: Bool
  /// The log's count has passed the highest change id that travels.
  package let isLogOutOfBounds: Bool
  /// Full-text indexes that have gone astray.
  package let strayIndexes: [StrayIndex]
  /// Full-text indexes that are not kept right here.
  package let indexes: [IndexFinding]
  /// Rows whose parent is gone.
  package let orphanedRows: [OrphanedRows]
  /// Columns whose values stay here, because they are BLOBs.
  package let blobColumns: [BlobColumn]
  /// What each full-text index has of the words in its rows.
  package private(set) var words: [WordComparison] = []

  /// Looks at the library at `path`: the file, its schema against the catalogue, the sync state, the indexes. The words
  /// of `textMax` characters are compared, which takes some seconds.
  package static func look(
    at path: String, catalogue: EntityCatalogue = .mediaLibrary, textMax: Int = IndexWordCheck.textMax
  ) throws(StoreError) -> LibraryInspection {
    try LibraryOpening.checkFile(path)
    return try ProbeDescriptors.whileInspecting { () throws(StoreError) in
      try inspect(path, catalogue, textMax)
    }
  }

  private static func inspect(
    _ path: String, _ catalogue: EntityCatalogue, _ textMax: Int
  ) throws(StoreError) -> LibraryInspection {
    do {
      var whole = catalogue
      var inspection = try Database.reading(path, busyTimeout: busyTimeout) { database in
        let layouts = try LibraryOpening.layouts(catalogue, database, path: path)
        whole = try SearchIndexes(catalogue, database, regardsMarks: false).catalogue
        return try LibraryInspection(
          database, path: path, catalogue: whole, original: catalogue, layouts: layouts)
      }
      inspection.words = IndexWordCheck.compare(at: path, catalogue: whole, textMax: textMax)
      return inspection
    } catch let error as StoreError {
      throw error
    } catch {
      throw SQLiteFailure.storeError(error, path: path, waited: .seconds(2))
    }
  }

  private init(
    _ database: Database, path: String, catalogue: EntityCatalogue, original: EntityCatalogue,
    layouts: [String: TableLayout]
  ) throws {
    indexes = try SearchIndexes(original, database).findings
    journalMode = try database.firstValue("PRAGMA journal_mode")?.text ?? ""
    stateVersion = try StateSchema.storedVersion(in: database)
    if let stateVersion, stateVersion > StateSchema.version {
      throw StoreError.newerState(path: path, version: stateVersion, known: StateSchema.version)
    }
    let hasState = stateVersion != nil
    device = hasState ? try SyncState.deviceID.read(database).text.map { DeviceID(rawValue: $0) } : nil
    log = hasState ? try SyncState.log.read(database).text.map { LogID(rawValue: $0) } : nil
    func count(_ table: String) throws -> Int {
      hasState ? Int(try database.firstValue("SELECT count(*) FROM \(table)")?.integer ?? 0) : 0
    }
    quarantined = try count("mediasync_quarantine")
    conflicts = try count("mediasync_conflicts")
    orphanedRows = try Self.orphanedRows(original, database)
    blobColumns = try Self.blobColumns(layouts, database)
    logResetAt =
      hasState ? try SyncState.logResetAt.read(database).integer.map { Instant(milliseconds: $0) } : nil
    // A state of an older version has no room for it yet.
    hold =
      try hasState && database.tableExists("mediasync_held") ? StoredHold.read(database) : nil
    hasLogGap = hasState ? try SyncState.logGap.read(database).integer == 1 : false
    isLogOutOfBounds = try LocalLogEnd.read(database).sequence > ChangeID.bound.rawValue
    strayIndexes = try catalogue.shapes.compactMap { try Self.stray($0, database) }
  }

  /// How long a connection that only looks waits for a lock.
  static let busyTimeout: Duration = .seconds(2)

  /// Which rows an index holds; which words of them, `IndexWordCheck` says.
  static func stray(_ shape: EntityShape, _ database: Database) throws -> StrayIndex? {
    guard let index = shape.fullText else { return nil }
    let rows = quoted(index.table + "_docsize")
    guard try database.tableExists(index.table + "_docsize") else { return nil }
    let living = "SELECT id FROM \(quoted(shape.name)) WHERE deleted = 0"
    let missing = try database.firstValue("SELECT count(*) FROM (\(living) EXCEPT SELECT id FROM \(rows))")
    let left = try database.firstValue("SELECT count(*) FROM (SELECT id FROM \(rows) EXCEPT \(living))")
    guard missing != .integer(0) || left != .integer(0) else { return nil }
    return StrayIndex(
      table: index.table, missing: Int(missing?.integer ?? 0), left: Int(left?.integer ?? 0),
      rebuilding: rebuilding(index, of: shape))
  }

  /// The statements that make an index anew.
  static func rebuilding(_ index: EntityShape.FullTextIndex, of shape: EntityShape) -> String {
    let columns = index.columns.joined(separator: ", ")
    return "INSERT INTO \(index.table) (\(index.table)) VALUES ('delete-all'); "
      + "INSERT INTO \(index.table) (rowid, \(columns)) SELECT id, \(columns) FROM \(shape.name) WHERE deleted = 0;"
  }
}
