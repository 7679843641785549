import SyncCore

/// The single values of the sync state: identity, cursors, pause (table `mediasync_state`).
enum SyncState: String {
  case deviceID = "device_id"
  case machine
  case incarnation
  case log = "log_id"
  case pulled
  case chain
  case chainAt = "chain_at"
  case pushed
  case logEntry = "log_entry"
  case logHighest = "log_highest"
  case logMissing = "log_missing"
  case logGap = "log_gap"
  case logResetAt = "log_reset_at"
  case lacking
  case paused
  case pausedUntil = "paused_until"
  case columnsCompared = "columns_compared"
  case writeToken = "write_token"
  case snapshotReason = "snapshot_reason"
  case snapshotStart = "snapshot_start"
  case snapshotChain = "snapshot_chain"
  case snapshotEntity = "snapshot_entity"
  case snapshotUUID = "snapshot_uuid"
  case snapshotRows = "snapshot_rows"
  case snapshotRequeued = "snapshot_requeued"
  case firstSync = "first_sync"
  case heldSince = "held_since"
  case heldRead = "held_read"
  case acceptedThrough = "accepted_through"
  case historyBytes = "history_bytes"

  func read(_ database: Database) throws -> Value {
    try database.firstValue("SELECT value FROM mediasync_state WHERE name = ?", .text(rawValue)) ?? .null
  }

  /// Writes the value; one that is there already is not written again.
  func write(_ value: Value, _ database: Database) throws {
    guard try read(database) != value else { return }
    try database.run(
      "INSERT INTO mediasync_state VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      .text(rawValue), value)
  }

  /// Whether the library has never exchanged anything with a hub.
  static func isUntouched(_ database: Database) throws -> Bool {
    let positions = [try pulled.read(database), try pushed.read(database)]
    return try positions.allSatisfy { $0 == .integer(0) } && log.read(database).isNull
  }

  static func pulledCursor(_ database: Database) throws -> Position {
    Position(try SyncState.pulled.read(database).integer ?? 0)
  }

  static func pushedCursor(_ database: Database) throws -> ChangeID {
    ChangeID(try SyncState.pushed.read(database).integer ?? 0)
  }
}
