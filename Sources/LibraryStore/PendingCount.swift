import SyncCore

/// How many entries of the local log are not answered yet. Counting walks over everything that they hold, and is asked
/// for after every batch: of a long backlog only what has come and what has gone since the last time is counted.
///
/// Sound because the application's ids only grow (`AUTOINCREMENT`) and nobody deletes an entry that is not answered; where
/// somebody did, the count is right again once nothing is waiting, or the file is opened anew.
struct PendingCount {
  private var known: (pushed: Int64, newest: Int64, count: Int64)?

  /// The number of entries behind the pushed cursor.
  mutating func read(_ database: Database, pushed: ChangeID) throws -> Int {
    let pushed = pushed.rawValue
    let newest = try database.firstValue("SELECT max(change_id) FROM sync_log")?.integer ?? 0
    var count: Int64 = 0
    if newest > pushed {
      if let known, pushed >= known.pushed, newest >= known.newest {
        count =
          known.count + (try Self.count(database, after: known.newest, upTo: newest))
          - (try Self.count(database, after: known.pushed, upTo: pushed))
      } else {
        count = try Self.count(database, after: pushed, upTo: newest)
      }
    }
    known = (pushed, newest, count)
    return Int(max(count, 0))
  }

  private static func count(_ database: Database, after: Int64, upTo: Int64) throws -> Int64 {
    guard upTo > after else { return 0 }
    return try database.firstValue(
      "SELECT count(*) FROM sync_log WHERE change_id > ? AND change_id <= ?", .integer(after), .integer(upTo)
    )?.integer ?? 0
  }
}
