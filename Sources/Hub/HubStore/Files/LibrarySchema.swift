import GRDB
import Hashing
import SyncCore

/// The tables of a library's file, and the migrations from older formats.
enum LibrarySchema {
  /// The format that this version writes, stored in `user_version`.
  static let version: Int64 = 3

  /// Creates or migrates the tables. Returns the log's name.
  static func prepare(_ db: Database, newLogID: LogID? = nil) throws -> LogID {
    let found = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard found <= version else { throw HubStoreError.fromNewerVersion(found: found) }
    if found == 0 {
      try db.execute(sql: tables)
      try db.execute(
        sql: "INSERT INTO meta (name, value) VALUES ('log_id', ?), ('min_change_id', '0')",
        arguments: [newLogID?.rawValue ?? Digest.randomUUID()])
    }
    if found < 2 { try db.execute(sql: toVersion2) }
    if found < 3 { try db.execute(sql: toVersion3) }
    if found < version { try db.execute(sql: "PRAGMA user_version = \(version)") }
    guard let log = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'log_id'") else {
      throw HubStoreError.damaged(detail: "the log has no name")
    }
    return LogID(rawValue: log)
  }

  /// How much of a row is left. The file stores these numbers.
  enum RowStatus: Int64 {
    /// The row or link exists.
    case live = 0
    /// It is deleted or unlinked, and its document says so.
    case deleted = 1
    /// It was deleted so long ago that only its names and natural keys are left.
    case tombstone = 2
  }

  // The log holds the current document of a row, at the row's position; it is stored once. `names` maps every
  // uuid that the hub has ever accepted, aliases included, to its row.
  private static let tables = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE senders (
      id INTEGER PRIMARY KEY, device TEXT NOT NULL, incarnation TEXT NOT NULL,
      last_processed INTEGER NOT NULL DEFAULT 0, last_seen TEXT,
      UNIQUE (device, incarnation));
    CREATE TABLE "rows" (
      id INTEGER PRIMARY KEY, entity TEXT NOT NULL, uuid TEXT NOT NULL, position INTEGER NOT NULL,
      version INTEGER NOT NULL, stamps TEXT NOT NULL);
    CREATE TABLE names (
      entity TEXT NOT NULL, uuid TEXT NOT NULL, "row" INTEGER NOT NULL,
      PRIMARY KEY (entity, uuid)) WITHOUT ROWID;
    CREATE TABLE keys (
      entity TEXT NOT NULL, "key" INTEGER NOT NULL, text TEXT NOT NULL, "row" INTEGER NOT NULL,
      PRIMARY KEY (entity, "key", text)) WITHOUT ROWID;
    CREATE TABLE log (
      position INTEGER PRIMARY KEY, "row" INTEGER NOT NULL, operation TEXT NOT NULL, timestamp TEXT NOT NULL,
      server_timestamp TEXT NOT NULL, client_id TEXT NOT NULL, version INTEGER NOT NULL,
      sender INTEGER NOT NULL, change_id INTEGER NOT NULL, chain TEXT NOT NULL, document TEXT NOT NULL);
    CREATE INDEX log_of_row ON log ("row", position);
    CREATE TABLE landings (
      sender INTEGER NOT NULL, change_id INTEGER NOT NULL, content TEXT NOT NULL, sent TEXT NOT NULL,
      landed INTEGER NOT NULL, exact INTEGER NOT NULL, outcome TEXT NOT NULL, "row" INTEGER,
      code TEXT, reason TEXT,
      PRIMARY KEY (sender, change_id, content)) WITHOUT ROWID;
    CREATE TABLE conflicts (
      id INTEGER PRIMARY KEY, "row" INTEGER NOT NULL, position INTEGER NOT NULL, losing TEXT NOT NULL,
      winning TEXT NOT NULL, losing_device TEXT NOT NULL, recorded TEXT NOT NULL);
    """

  // Retention: which rows are deleted, which devices are gone, and what they have acknowledged. Also which
  // change caused a conflict, so that the hub can report it to the device that lost, and whether a snapshot
  // made that device skip the report (`SnapshotLosses`).
  private static let toVersion2 = """
    ALTER TABLE "rows" ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
    UPDATE "rows" SET standing = 1 WHERE EXISTS (
      SELECT 1 FROM log WHERE log.position = "rows".position
        AND (json_extract(document, '$.deleted') = 1 OR json_extract(document, '$.linked') = 0));
    CREATE INDEX rows_deleted ON "rows" (position) WHERE standing = 1;
    ALTER TABLE senders ADD COLUMN pushed INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE senders ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE conflicts ADD COLUMN sender INTEGER;
    ALTER TABLE conflicts ADD COLUMN change_id INTEGER;
    ALTER TABLE conflicts ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE conflicts ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX conflicts_of_loser ON conflicts (losing_device, position);
    """

  // How far a device reads on without applying anything, because it holds the changes.
  private static let toVersion3 = "ALTER TABLE senders ADD COLUMN reading INTEGER;"
}
