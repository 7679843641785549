import SyncCore

/// The sync state inside the library: versioned `mediasync_*` tables beside the application's. The
/// application's own schema never changes (docs/promises.md, promise 6).
enum StateSchema {
  /// The migrations after version 1, in order: the first leads to version 2. Never change a migration that
  /// was released; add new ones at the end.
  static let steps: [String] = [
    ConflictRecords.whoWon, UnstoredValues.table, KnownColumns.table, EntryAnnotations.tables,
    SearchIndexes.table,
    Quarantine.unknownEntitiesInOne, EntriesOutOfBounds.table, LibraryTransaction.vanishedTable,
    LibraryTransaction.incompleteTable, ParkedDocuments.whetherTheyWereHere, LibraryTransaction.answeredTable,
    LibraryTransaction.statedTable, LibraryTransaction.requeuedTable, StoredHold.tables, TextHistory.table,
  ]

  /// The version that this code writes and understands.
  static let version = Int64(1 + steps.count)

  /// The tables of version 1.
  static let tables = """
    CREATE TABLE mediasync_state (
      name TEXT PRIMARY KEY NOT NULL,
      value
    ) WITHOUT ROWID;
    CREATE TABLE mediasync_notes (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    CREATE INDEX mediasync_notes_position ON mediasync_notes (position);
    CREATE TABLE mediasync_unsettled (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    CREATE TABLE mediasync_aliases (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      canonical TEXT NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    CREATE TABLE mediasync_parked (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      position INTEGER NOT NULL,
      document TEXT NOT NULL,
      server_timestamp TEXT NOT NULL,
      reason TEXT NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    CREATE TABLE mediasync_quarantine (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      direction TEXT NOT NULL CHECK (direction IN ('push', 'pull')),
      number INTEGER,
      entity TEXT,
      uuid TEXT,
      code TEXT NOT NULL,
      reason TEXT NOT NULL,
      entry TEXT NOT NULL,
      since TEXT NOT NULL
    );
    CREATE UNIQUE INDEX mediasync_quarantine_number ON mediasync_quarantine (direction, number);
    CREATE TABLE mediasync_conflicts (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      losing TEXT NOT NULL,
      winning TEXT NOT NULL,
      change_id INTEGER,
      position INTEGER,
      since TEXT NOT NULL
    );
    """

  /// Creates the tables in a library that has none. Runs inside the caller's transaction.
  static func create(in database: Database) throws {
    try database.execute(sql: tables)
    try database.run("INSERT INTO mediasync_state VALUES ('schema_version', 1)")
    try migrate(from: 1, in: database)
  }

  /// Runs the migrations from an older version to this one. Runs inside the caller's transaction.
  static func migrate(from old: Int64, in database: Database) throws {
    precondition((1...version).contains(old), "only a version that this code knows is migrated")
    for step in steps.dropFirst(Int(old - 1)) { try database.execute(sql: step) }
    try database.run("UPDATE mediasync_state SET value = ? WHERE name = 'schema_version'", .integer(version))
  }

  /// Returns the version of the state in the file; `nil` if there is none yet.
  static func storedVersion(in database: Database) throws -> Int64? {
    guard try database.tableExists("mediasync_state") else { return nil }
    return try database.firstValue("SELECT value FROM mediasync_state WHERE name = 'schema_version'")?.integer
  }
}
