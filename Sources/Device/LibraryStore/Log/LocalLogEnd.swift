import Hashing
import SyncCore

/// How far the application's log had come at one moment. A later look at the same file never shows less: if it does, the
/// log was reset, or the file was restored from a copy.
///
/// Sound because `change_id` is AUTOINCREMENT (protocol.md §1): SQLite never gives an id twice, whatever is deleted.
struct LocalLogEnd: Hashable {
  /// The highest id in the log; 0 if the log is empty.
  var newest: Int64
  /// The highest id that SQLite has ever given (`sqlite_sequence`); 0 if it has given none.
  var sequence: Int64

  /// Reads where the log stands. A log without AUTOINCREMENT has no sequence: its newest entry counts instead.
  static func read(_ database: Database) throws -> LocalLogEnd {
    let newest = try database.firstValue("SELECT max(change_id) FROM sync_log")?.integer ?? 0
    // The table is there as soon as any table has AUTOINCREMENT; our quarantine does.
    let sequence = try database.firstValue("SELECT seq FROM sqlite_sequence WHERE name = 'sync_log'")?.integer
    return LocalLogEnd(newest: newest, sequence: max(sequence ?? newest, newest))
  }

  /// The hash of the entries behind `after` up to `last`, as they stand in the file. Two reads give the same hash only
  /// if each has the same entries with the same content.
  static func hash(after: ChangeID, through last: ChangeID, _ database: Database) throws -> LogHash {
    let statement = try database.prepared(
      """
      SELECT change_id, entity, entity_uuid, operation, timestamp, client_id, version, payload
      FROM sync_log WHERE change_id > ? AND change_id <= ? ORDER BY change_id
      """)
    statement.bind(1, after.rawValue)
    statement.bind(2, last.rawValue)
    defer { statement.reset() }
    var hashes = CanonicalBytes()
    while try statement.step() {
      var entry = CanonicalBytes()
      entry.add(statement.integer(0))
      for column in 1...7 { entry.add(statement.text(column)) }
      // The hash of the hashes: a batch is never held twice.
      hashes.add(HexText.of(Digest.sha256(entry.bytes)))
    }
    return LogHash(rawValue: HexText.of(Digest.sha256(hashes.bytes)))
  }

  /// The hash of one entry; `nil` if it is not in the log (any more).
  static func hash(of entry: ChangeID, _ database: Database) throws -> LogHash? {
    let isThere = try database.hasRow(
      "SELECT 1 FROM sync_log WHERE change_id = ?", .integer(entry.rawValue))
    guard isThere else { return nil }
    return try hash(after: ChangeID(entry.rawValue - 1), through: entry, database)
  }
}
