import SyncCore

/// Rows that were queued whole because the hub did not know them, each with the change that sends it (table
/// `mediasync_requeued`, docs/decisions/0012). A hub that does not know the row after that change has a
/// fault, so the row is not queued again and again.
extension LibraryTransaction {
  /// The migration that adds the table.
  static let requeuedTable = """
    CREATE TABLE mediasync_requeued (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      change_id INTEGER NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    """

  /// Queues a whole row and its parents, parents first, because the hub has never seen them or has forgotten
  /// them. Returns `false` if that cannot help.
  func requeueUnknown(_ row: RowName, _ change: PushedChange, behind last: ChangeID) throws -> Bool {
    guard let shape = catalogue[row.entity] else { return false }
    var unknown: [RowName] = []
    for parent in shape.parents {
      guard let uuid = change.entry.payload[parent.wireName]?.text else { continue }
      let name = aliases.canonical(RowName(parent.entity, uuid))
      // The hub refused this parent for its content, and would refuse it again.
      guard try writer.localID(name.entity, name.uuid) != nil, try !quarantine.holds(.push, name) else {
        return false
      }
      unknown.append(name)
    }
    // The row was sent whole and refers to nothing that the hub could lack.
    guard !unknown.isEmpty || change.entry.operation != .create else { return false }
    // The row was queued and sent whole before. The hub would not know it the next time either.
    guard try !wasRequeued(row, by: ChangeID(change.entry.changeID)) else { return false }
    for name in unknown + [row] where try !isPending(name, after: last) {
      guard try requeue(name) else { return false }
    }
    try noteRequeued(row, behind: last)
    return true
  }

  /// Notes the entry that sends a row whole, if it lies behind `last`.
  private func noteRequeued(_ row: RowName, behind last: ChangeID) throws {
    guard let newest = try newestEntry(of: row, behind: last) else { return }
    try database.run(
      """
      INSERT INTO mediasync_requeued VALUES (?, ?, ?)
      ON CONFLICT (entity, uuid) DO UPDATE SET change_id = excluded.change_id
      """, .text(row.entity), .text(row.uuid), .integer(newest))
  }

  /// Whether the row was queued whole before, and this change or an earlier one sent it.
  private func wasRequeued(_ row: RowName, by change: ChangeID) throws -> Bool {
    try database.hasRow(
      "SELECT 1 FROM mediasync_requeued WHERE entity = ? AND uuid = ? AND change_id <= ?", .text(row.entity),
      .text(row.uuid), .integer(change.rawValue))
  }

  /// Drops the notes of acknowledged entries.
  func forgetRequeued(through last: ChangeID) throws {
    try database.run("DELETE FROM mediasync_requeued WHERE change_id <= ?", .integer(last.rawValue))
  }
}
