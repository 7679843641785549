import SyncCore

/// Counts the unacknowledged entries of the local log. A full count walks over all of them, and every batch
/// needs a count. So for a long backlog, only entries that have come or gone since the last count are
/// counted.
///
/// Sound because ids only grow (`AUTOINCREMENT`) and we never delete an unacknowledged entry. Others may. A
/// caller that must know of that asks for a full count, and a short backlog always gets one.
struct PendingCount {
  private var known: (pushed: Int64, newest: Int64, count: Int64)?

  /// Up to this many entries are counted in full every time.
  private static let recountMax: Int64 = 1000

  /// Returns the number of entries behind the pushed cursor whose ids are in bounds.
  ///
  /// - Parameter isExact: whether to leave out entries that others have deleted, by a full count.
  mutating func read(_ database: Database, pushed: ChangeID, isExact: Bool = false) throws -> Int64 {
    let pushed = pushed.rawValue
    let newest =
      try database.firstValue(
        "SELECT max(change_id) FROM sync_log WHERE change_id <= ?", .integer(ChangeID.bound.rawValue))?
      .integer
      ?? 0
    var count: Int64 = 0
    if newest > pushed {
      if let known, !isExact, known.count > Self.recountMax, pushed >= known.pushed, newest >= known.newest {
        count =
          known.count + (try Self.count(database, after: known.newest, upTo: newest))
          - (try Self.count(database, after: known.pushed, upTo: pushed))
      } else {
        count = try Self.count(database, after: pushed, upTo: newest)
      }
    }
    known = (pushed, newest, count)
    return max(count, 0)
  }

  private static func count(_ database: Database, after: Int64, upTo: Int64) throws -> Int64 {
    guard upTo > after else { return 0 }
    return try database.firstValue(
      "SELECT count(*) FROM sync_log WHERE change_id > ? AND change_id <= ?", .integer(after), .integer(upTo)
    )?.integer ?? 0
  }
}
