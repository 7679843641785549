import Hashing
import SyncCore

/// The watermark of the application's log in `mediasync_state`, and what the log says now.
enum StoredLogWatermark {
  static func read(_ database: Database) throws -> LogWatermark {
    LogWatermark(
      pushed: try SyncState.pushedCursor(database), entry: try SyncState.logEntry.read(database).text,
      highest: ChangeID(try SyncState.logHighest.read(database).integer ?? 0),
      missing: try SyncState.logMissing.read(database).integer ?? 0)
  }

  static func write(_ watermark: LogWatermark, _ database: Database) throws {
    try SyncState.pushed.write(.integer(watermark.pushed.rawValue), database)
    try SyncState.logEntry.write(watermark.entry.map { .text($0) } ?? .null, database)
    try SyncState.logHighest.write(.integer(watermark.highest.rawValue), database)
    try SyncState.logMissing.write(.integer(watermark.missing), database)
  }

  /// What the log says now; the entries above the watermark are the caller's to count.
  static func reading(_ database: Database, at pushed: ChangeID, present: Int64? = nil) throws
    -> LogWatermark.Reading
  {
    LogWatermark.Reading(
      highest: try highest(database), entry: try digest(ofEntry: pushed, database), present: present)
  }

  /// The highest id in bounds that was ever given out: the table's own count goes on when entries are deleted. Once it
  /// is out of bounds it says nothing, and what is remembered counts.
  static func highest(_ database: Database) throws -> ChangeID {
    let log = try LocalLogEnd.read(database)
    if log.sequence <= ChangeID.bound.rawValue { return ChangeID(max(log.sequence, 0)) }
    let newest = try database.firstValue(
      "SELECT max(change_id) FROM sync_log WHERE change_id <= ?", .integer(ChangeID.bound.rawValue))
    let known = max(
      try SyncState.pushedCursor(database).rawValue, try SyncState.logHighest.read(database).integer ?? 0)
    return ChangeID(max(newest?.integer ?? 0, known))
  }

  /// By what an entry is known again, in every transaction. The payload takes no part: it may be long, and whoever
  /// strips payloads from a log has not begun a new one.
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
