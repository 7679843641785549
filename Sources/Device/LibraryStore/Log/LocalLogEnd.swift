import Hashing
import SyncCore

/// The state of the application's log at one moment. A later reading of the same file never shows less. If it
/// does, the log was reset or the file was restored from a copy.
///
/// Sound because `change_id` is AUTOINCREMENT (docs/protocol.md §1): SQLite never gives an id twice, whatever
/// is deleted.
struct LocalLogEnd: Hashable {
  /// The highest id in the log; 0 if the log is empty.
  var newest: Int64
  /// The highest id that SQLite has ever given (`sqlite_sequence`); 0 if it has given none.
  var sequence: Int64

  /// Reads the state of the log. A log without AUTOINCREMENT has no sequence: its newest entry counts
  /// instead.
  static func read(_ database: Database) throws -> LocalLogEnd {
    let newest = try database.firstValue("SELECT max(change_id) FROM sync_log")?.integer ?? 0
    // The table exists as soon as any table has AUTOINCREMENT; our quarantine has.
    let sequence = try database.firstValue("SELECT seq FROM sqlite_sequence WHERE name = 'sync_log'")?.integer
    return LocalLogEnd(newest: newest, sequence: max(sequence ?? newest, newest))
  }

  /// Returns the hash of the entries behind `after` up to `last`, as they are in the file. Two readings give
  /// the same hash only if both have the same entries with the same content.
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
      // Hashes the hashes, so that the batch is not in memory twice.
      hashes.add(HexText.of(Digest.sha256(entry.bytes)))
    }
    return LogHash(rawValue: HexText.of(Digest.sha256(hashes.bytes)))
  }

  /// Returns the hash of one entry; `nil` if it is not or no longer in the log.
  static func hash(of entry: ChangeID, _ database: Database) throws -> LogHash? {
    let isThere = try database.hasRow(
      "SELECT 1 FROM sync_log WHERE change_id = ?", .integer(entry.rawValue))
    guard isThere else { return nil }
    return try hash(after: ChangeID(entry.rawValue - 1), through: entry, database)
  }
}
