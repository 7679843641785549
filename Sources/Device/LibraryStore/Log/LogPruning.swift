import SyncCore
import SyncWire

/// Lets go of old entries of the application's log that the hub has answered. Nothing else is known to read them; the
/// file does not shrink by it, but its pages are used again.
extension Library {
  /// Deletes at most `limit` answered entries that were made before `moment`, the oldest first. The newest entry always
  /// stays: it says under which client id the application writes. So does the last that was answered: by it a log that
  /// was begun anew is told from this one.
  ///
  /// What is to go is looked for outside of the transaction that deletes it, so that the write lock is held briefly;
  /// what was found answered and old stays so.
  ///
  /// - Returns: how many went; fewer than `limit` at the end.
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
        // Compared as moments, never as text (protocol.md §2); one that is none of ours to read stays.
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
