import SyncCore

/// The findings of a library inspection. An inspection writes nothing and may run while the application and a
/// daemon work.
package struct LibraryInspection: Sendable {
  /// A full-text index that holds too few or too many rows.
  package struct StrayIndex: Sendable {
    /// The index.
    package let table: String
    /// Rows that exist but that a search does not find.
    package let missing: Int
    /// Rows that are gone but that a search still finds.
    package let left: Int
    /// The statements that rebuild the index.
    package let rebuilding: String
  }

  /// Whether a full-text index has the words of the rows that are in it.
  package struct WordComparison: Sendable {
    /// How much was compared.
    package struct Extent: Hashable, Sendable {
      /// Rows that were compared: the most recently changed ones.
      package var compared = 0
      /// Rows that are in the index and belong there.
      package var all = 0
    }

    /// The result of the comparison.
    package enum Result: Hashable, Sendable {
      /// A search finds every word of the compared rows.
      case complete(Extent)
      /// A search misses words: how many, in how many rows, and the first of these rows.
      case missing(words: Int, rows: Int, first: RowName)
      /// SQLite cannot read the index.
      case broken
      /// Nothing was compared, for this reason.
      case notCompared(String)
    }

    /// The index.
    package let table: String
    /// The result of the comparison.
    package let result: Result
    /// The statements that rebuild the index.
    package let rebuilding: String
  }

  /// SQLite's journal mode, such as `wal`.
  package let journalMode: String
  /// The version of the sync state; `nil` if no daemon has ever opened the library.
  package let stateVersion: Int64?
  /// This device's identity at the hub.
  package let device: DeviceID?
  /// The log that the library syncs with.
  package let log: LogID?
  /// The number of quarantined entries.
  package let quarantined: Int
  /// The number of conflict records.
  package let conflicts: Int
  /// When the application's log was last found emptied and restarted.
  package let logResetAt: Instant?
  /// Changes from elsewhere that wait for a person's decision.
  package let hold: Hold?
  /// Whether unacknowledged entries of the log are gone and the library has not been compared with the hub
  /// since.
  package let hasLogGap: Bool
  /// Whether the log's sequence has passed the highest change id that can be sent.
  package let isLogOutOfBounds: Bool
  /// Full-text indexes that hold too few or too many rows.
  package let strayIndexes: [StrayIndex]
  /// Full-text indexes that mediasync does not maintain in this library.
  package let indexes: [IndexFinding]
  /// Rows whose parent is gone.
  package let orphanedRows: [OrphanedRows]
  /// Columns whose values are not sent, because they are BLOBs.
  package let blobColumns: [BlobColumn]
  /// How many words of its rows each full-text index has.
  package private(set) var words: [WordComparison] = []

  /// Inspects the library at `path`: the file, its schema against the catalogue, the sync state, and the
  /// indexes. Compares the words of up to `textMax` characters, which takes some seconds.
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
    // A state of an older version does not have this table yet.
    hold =
      try hasState && database.tableExists("mediasync_held") ? StoredHold.read(database) : nil
    hasLogGap = hasState ? try SyncState.logGap.read(database).integer == 1 : false
    isLogOutOfBounds = try LocalLogEnd.read(database).sequence > ChangeID.bound.rawValue
    strayIndexes = try catalogue.shapes.compactMap { try Self.stray($0, database) }
  }

  /// How long an inspection's connection waits for a lock.
  static let busyTimeout: Duration = .seconds(2)

  /// Finds which rows an index holds wrongly. `IndexWordCheck` compares their words.
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

  /// Returns the statements that rebuild an index.
  static func rebuilding(_ index: EntityShape.FullTextIndex, of shape: EntityShape) -> String {
    let columns = index.columns.joined(separator: ", ")
    return "INSERT INTO \(index.table) (\(index.table)) VALUES ('delete-all'); "
      + "INSERT INTO \(index.table) (rowid, \(columns)) SELECT id, \(columns) FROM \(shape.name) WHERE deleted = 0;"
  }
}
