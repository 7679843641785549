import SyncCore

/// The rows that were queued whole because the hub did not know them, each under the change that brings it whole
/// (docs/decisions/0012). They stand among the single values of the state, a name for each row.
///
/// A hub that does not know the row of that change either has a fault: the row is not queued again and again.
extension LibraryTransaction {
  private static let prefix = "requeued "

  private func name(_ row: RowName) -> String { Self.prefix + row.entity + " " + row.uuid }

  /// Notes the entry that brings a row whole, if it stands behind `last`.
  func noteRequeued(_ row: RowName, behind last: ChangeID) throws {
    var newest: Int64?
    for logged in aliases.namesInLog(of: row) {
      let found = try database.firstValue(
        """
        SELECT max(change_id) FROM sync_log WHERE entity_uuid = ?2 AND entity = ?3 AND \(EntriesOutOfBounds.isPending)
        """, .integer(last.rawValue), .text(logged), .text(row.entity))?.integer
      newest = [newest, found].compactMap { $0 }.max()
    }
    guard let newest else { return }
    try database.run(
      "INSERT INTO mediasync_state VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      .text(name(row)), .integer(newest))
  }

  /// Whether the row was queued whole before, and this change, or one before it, brought it.
  func wasRequeued(_ row: RowName, by change: ChangeID) throws -> Bool {
    let value = try database.firstValue(
      "SELECT value FROM mediasync_state WHERE name = ?", .text(name(row)))
    return (value?.integer).map { $0 <= change.rawValue } ?? false
  }

  /// What was answered needs no note any more.
  func forgetRequeued(through last: ChangeID) throws {
    try database.run(
      "DELETE FROM mediasync_state WHERE name > ?1 AND name < ?2 AND value <= ?3", .text(Self.prefix),
      .text("requeued!"), .integer(last.rawValue))
  }
}
