import SyncCore
import SyncWire

/// Deletes old, acknowledged entries of the application's log. Nothing else is known to read them. The file
/// does not shrink, but SQLite reuses its pages.
extension Library {
  /// Deletes at most `limit` acknowledged entries that were made before `moment`, the oldest first. The
  /// newest entry always stays, because it has the client id under which the application writes. The last
  /// acknowledged entry stays too: by it the daemon detects a restarted log.
  ///
  /// A read outside the deleting transaction finds the entries, so that the write lock is held only briefly.
  /// Entries that were acknowledged and old then still are.
  ///
  /// - Returns: how many were deleted; fewer than `limit` if none are left.
  package func pruneLog(before moment: Instant, limit: Int) throws(StoreError) -> Int {
    let old = try read { database in
      let transaction = try self.makeTransaction(database)
      let statement = try database.prepared(
        """
        SELECT change_id, timestamp FROM sync_log
        WHERE change_id > 0 AND change_id < ? AND change_id < (SELECT max(change_id) FROM sync_log) ORDER BY change_id
        """)
      statement.bind(1, transaction.pushed.rawValue)
      defer { statement.reset() }
      var found: [Int64] = []
      while found.count < limit, try statement.step() {
        // Compare instants, never text (docs/protocol.md §2). An entry with an unreadable timestamp stays.
        guard let made = Instant(statement.text(1)), made < moment else { continue }
        found.append(statement.integer(0))
      }
      return found
    }
    guard !old.isEmpty else { return 0 }
    return try write { transaction in
      var list = JSONWriter()
      list.beginArray()
      for id in old { list.integer(id) }
      list.endArray()
      return try transaction.database.run(
        "DELETE FROM sync_log WHERE change_id IN (SELECT value FROM json_each(?)) AND change_id < ?",
        .text(String(decoding: list.bytes, as: UTF8.self)), .integer(transaction.pushed.rawValue))
    }
  }
}
