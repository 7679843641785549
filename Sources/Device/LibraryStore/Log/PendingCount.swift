import SyncCore

/// How many entries of the local log are not answered yet. Counting walks over everything that they hold, and is asked
/// for after every batch: of a long backlog only what has come and what has gone since the last time is counted.
///
/// Sound because ids only grow (`AUTOINCREMENT`), and we delete no entry that is not answered. Others may: whoever must
/// know of that has everything counted again, and so is a short backlog every time.
struct PendingCount {
  private var known: (pushed: Int64, newest: Int64, count: Int64)?

  /// So few are counted again every time.
  private static let recountMax: Int64 = 1000

  /// The number of entries behind the pushed cursor whose ids are in bounds.
  ///
  /// - Parameter isExact: whether entries that others deleted must not be counted.
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
