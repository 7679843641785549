import GRDB
import SyncCore

/// Retention drops a library's old history (docs/decisions/0013). It works in short transactions, so a sender
/// waits for one of them at most.
extension HubLibrary {
  /// What one run of retention did.
  package struct RetentionReport: Hashable, Sendable {
    /// The position from which the hub keeps the log complete.
    package var kept = Position.start
    /// Log entries dropped because a newer entry of the same row is old enough.
    package var dropped = 0
    /// Receipts dropped because nobody can ask for them again.
    package var receipts = 0
    /// Deleted rows that were forgotten.
    package var forgotten = 0
  }

  /// Log positions in one transaction.
  private static let stepPositions: Int64 = 500

  /// Drops what is older than `retention` and what no device can refer to any more.
  ///
  /// - Parameters:
  ///   - now: the hub's clock.
  ///   - retention: how long the hub keeps history even if nobody needs it.
  package func retain(now: Instant, retention: Duration) throws(HubStoreError) -> RetentionReport {
    let cutoff = now - retention
    let plan = try reading { db in try RetentionPlan(db, cutoff: cutoff) }
    var report = RetentionReport(kept: plan.kept)
    while report.kept < plan.limit {
      let end = Position(min(report.kept.rawValue + Self.stepPositions, plan.limit.rawValue))
      report.dropped += try writing { [kept = report.kept] db in
        try LogRange.keep(from: end, db)
        return try Self.dropSuperseded(after: kept, through: end, db)
      }
      report.kept = end
    }
    while true {
      let count = try writing { [kept = report.kept] db in try Self.dropReceipts(through: kept, db) }
      report.receipts += count
      if count == 0 { break }
    }
    for device in plan.listeners {
      try writing { db in
        try Self.dropConflicts(of: device.id, through: min(device.processed, plan.limit), db)
      }
    }
    report.forgotten = try forgetRows(through: min(report.kept, plan.seenByAll))
    return report
  }

  /// Drops a row's entries before its newest one in the part of the log that is no longer kept complete. The
  /// newest one stays: it is the row's document at the end of that part.
  private static func dropSuperseded(after start: Position, through end: Position, _ db: Database) throws
    -> Int
  {
    try db.cachedStatement(
      sql: """
        DELETE FROM log WHERE position IN (
          SELECT older.position FROM log AS newer JOIN log AS older
            ON older."row" = newer."row" AND older.position < newer.position
          WHERE newer.position > ? AND newer.position <= ?)
        """
    ).execute(arguments: [start.rawValue, end.rawValue])
    return db.changesCount
  }

  /// Drops receipts that their sender has acknowledged. A receipt that it may still ask for stays, however
  /// old it is.
  private static func dropReceipts(through kept: Position, _ db: Database) throws -> Int {
    try db.cachedStatement(
      sql: """
        DELETE FROM landings WHERE (sender, change_id, content) IN (
          SELECT landings.sender, landings.change_id, landings.content
          FROM senders JOIN landings
            ON landings.sender = senders.id AND landings.change_id <= senders.pushed
          WHERE landings.landed <= ? LIMIT \(stepPositions))
        """
    ).execute(arguments: [kept.rawValue])
    return db.changesCount
  }

  /// Drops conflict records that the losing device has learned of and keeps itself. If the device skipped a
  /// record by taking a snapshot, the record stays until a pull from after the snapshot shows that the device
  /// has it.
  private static func dropConflicts(of device: DeviceID, through position: Position, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        DELETE FROM conflicts WHERE losing_device = ?1 AND position <= ?2 AND sender IS NOT NULL AND untold = 0
          AND NOT EXISTS (
            SELECT 1 FROM senders WHERE senders.id = conflicts.sender AND senders.device = ?1
              AND conflicts.change_id > senders.pushed)
        """
    ).execute(arguments: [device.rawValue, position.rawValue])
  }
}

/// The limits of one run of retention.
struct RetentionPlan {
  /// The position from which the hub keeps the log complete now.
  let kept: Position
  /// How far that position may rise: everything before is old enough, and no active device's cursor is there.
  let limit: Position
  /// Every device that is not gone has pulled up to here.
  let seenByAll: Position
  /// The devices that learn of their losses: neither gone nor layer-1 clients.
  let listeners: [HubLibrary.Device]

  init(_ db: Database, cutoff: Instant) throws {
    kept = try LogRange.kept(db)
    let head = try LogRange.head(db).position
    let devices = try HubLibrary.devices(db)
    // If the hub's clock was set back, the first entry that is too young ends the search; everything before
    // it counts as old.
    let young = try Int64.fetchOne(
      db,
      sql: "SELECT position FROM log WHERE position > ? AND server_timestamp > ? ORDER BY position LIMIT 1",
      arguments: [kept.rawValue, cutoff.description])
    let old = young.map { Position($0).predecessor } ?? head
    let active = devices.filter { $0.isActive(since: cutoff) }.map(\.processed)
    limit = max(kept, min(old, active.min() ?? old))
    let staying = devices.filter { !$0.isGone }
    seenByAll = staying.map(\.processed).min() ?? head
    listeners = staying.filter { !$0.id.rawValue.hasPrefix(DeviceCheckIn.layerOnePrefix) }
  }
}
