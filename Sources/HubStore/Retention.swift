import GRDB
import SyncCore

/// What is dropped of a library's past, and when (docs/decisions/0013). Everything is done in short transactions:
/// those who send meanwhile wait for one of them at most.
extension HubLibrary {
  /// What retention did.
  package struct RetentionReport: Hashable, Sendable {
    /// The position from which on the log is kept whole.
    package var kept = Position.start
    /// Entries dropped because newer ones of their rows were old enough.
    package var dropped = 0
    /// Landings dropped, that nobody can ask for again.
    package var landings = 0
    /// Deleted rows of which only the names are left.
    package var forgotten = 0
  }

  /// Positions of the log in one transaction.
  private static let stepPositions: Int64 = 500

  /// Drops what is older than `retention` and that no device can name any more.
  ///
  /// - Parameters:
  ///   - now: the hub's clock.
  ///   - retention: how long history is kept, whoever needs it.
  package func retain(now: Instant, retention: Duration) throws(HubStoreError) -> RetentionReport {
    let cutoff = now - retention
    let plan = try reading { db in try RetentionPlan(db, cutoff: cutoff) }
    var report = RetentionReport(kept: plan.kept)
    while report.kept < plan.limit {
      let end = Position(min(report.kept.rawValue + Self.stepPositions, plan.limit.rawValue))
      report.dropped += try writing { [kept = report.kept] db in
        try LogEnds.keep(from: end, db)
        return try Self.dropSuperseded(after: kept, through: end, db)
      }
      report.kept = end
    }
    while true {
      let count = try writing { [kept = report.kept] db in try Self.dropLandings(through: kept, db) }
      report.landings += count
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

  /// Drops a row's entries before its newest one in the part of the log that is no longer kept whole: that one is the
  /// row's document at the part's end, and stays.
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

  /// Drops landings that their sender knows of. One that it may still ask for is kept, however old it is.
  private static func dropLandings(through kept: Position, _ db: Database) throws -> Int {
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

  /// Drops conflict records that the device which lost has been told of: it keeps them itself. One that it passed by
  /// with a snapshot stays until a pull from behind the snapshot shows that it has been told.
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

/// What retention may reckon with.
struct RetentionPlan {
  /// The position from which on the log is kept whole now.
  let kept: Position
  /// How far that may rise: what lies below is old enough, and no active device stands there.
  let limit: Position
  /// What lies below has been pulled by every device that was not declared gone.
  let seenByAll: Position
  /// Devices that are told what they lose: not gone, and not of layer 1.
  let listeners: [HubLibrary.Device]

  init(_ db: Database, cutoff: Instant) throws {
    kept = try LogEnds.kept(db)
    let head = try LogEnds.head(db).position
    let devices = try HubLibrary.devices(db)
    // Where the hub's clock has been set back, the first entry that is too young ends the search: all before is old.
    let young = try Int64.fetchOne(
      db,
      sql: "SELECT position FROM log WHERE position > ? AND server_timestamp > ? ORDER BY position LIMIT 1",
      arguments: [kept.rawValue, cutoff.description])
    let old = young.map { Position($0).predecessor } ?? head
    let active = devices.filter { $0.isActive(since: cutoff) }.map(\.processed)
    limit = max(kept, min(old, active.min() ?? old))
    let staying = devices.filter { !$0.isGone }
    seenByAll = staying.map(\.processed).min() ?? head
    listeners = staying.filter { !$0.id.rawValue.hasPrefix(Attendance.layerOnePrefix) }
  }
}
