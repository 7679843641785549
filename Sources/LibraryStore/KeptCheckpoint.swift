import GRDB
import Hashing
import SyncCore

/// The checkpoint of the application's log in `mediasync_state`, and what the log says now.
enum KeptCheckpoint {
  static func read(_ database: Database) throws -> LogCheckpoint {
    LogCheckpoint(
      pushed: try KeptState.pushedCursor(database), entry: try KeptState.logEntry.read(database).text,
      highest: ChangeID(try KeptState.logHighest.read(database).integer ?? 0),
      missing: try KeptState.logMissing.read(database).integer ?? 0)
  }

  static func write(_ checkpoint: LogCheckpoint, _ database: Database) throws {
    try KeptState.pushed.write(.integer(checkpoint.pushed.rawValue), database)
    try KeptState.logEntry.write(checkpoint.entry.map { .text($0) } ?? .null, database)
    try KeptState.logHighest.write(.integer(checkpoint.highest.rawValue), database)
    try KeptState.logMissing.write(.integer(checkpoint.missing), database)
  }

  /// What the log says now; the entries above the checkpoint are the caller's to count.
  static func reading(_ database: Database, at pushed: ChangeID, present: Int64? = nil) throws
    -> LogCheckpoint.Reading
  {
    LogCheckpoint.Reading(
      highest: try highest(database), entry: try digest(ofEntry: pushed, database), present: present)
  }

  /// The highest id that was ever given out: of the entries that are there, or by the table's own count, which goes on
  /// when entries are deleted. Ids out of bounds say nothing (`ChangeID.bound`).
  static func highest(_ database: Database) throws -> ChangeID {
    let bound = ChangeID.bound.rawValue
    let newest = try database.firstValue(
      "SELECT max(change_id) FROM sync_log WHERE change_id <= ?", .integer(bound))?.integer
    let counted = try database.firstValue("SELECT seq FROM sqlite_sequence WHERE name = 'sync_log'")?.integer
    let sequence = counted.map { $0 <= bound ? $0 : 0 }
    return ChangeID(max(newest ?? 0, sequence ?? 0, 0))
  }

  /// By what an entry is known again. The payload takes no part: whoever strips payloads from a log has not begun a
  /// new one.
  static func digest(ofEntry id: ChangeID, _ database: Database) throws -> String? {
    let statement = try database.prepared(
      "SELECT entity, entity_uuid, operation, timestamp, version FROM sync_log WHERE change_id = ?")
    statement.bind(1, id.rawValue)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    var bytes: [UInt8] = []
    for column in 0..<5 {
      let text = statement.bytes(column)
      withUnsafeBytes(of: UInt64(text.count).littleEndian) { bytes += $0 }
      bytes += text
    }
    return HexText.of(Array(Digest.sha256(bytes).prefix(16)))
  }
}
