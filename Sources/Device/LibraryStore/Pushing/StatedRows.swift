import SyncCore

/// New rows that were sent as they are now, although they had further entries behind the batch (docs/protocol.md §4,
/// Current rows). What those entries logged is in what was sent, so that only the newest of them has still to go.
extension LibraryTransaction {
  /// The step of the state's schema that adds the table.
  static var statedTable: String {
    """
    CREATE TABLE mediasync_stated (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      change_id INTEGER NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    """
  }

  /// Notes up to which entry of the log a row was sent, if it has entries that still wait.
  func noteStated(_ row: RowName, _ change: PushedChange, _ batch: PushBatch) throws {
    guard batch.hasMore, change.isCurrent, change.entry.operation == .create,
      try isPending(row, after: batch.last)
    else { return }
    try database.run(
      "INSERT OR REPLACE INTO mediasync_stated VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .integer(batch.log.highest.rawValue))
  }

  /// Up to which entry of the log each of these rows was sent: seldom any.
  func statedRows() throws -> [RowName: ChangeID] {
    let statement = try database.prepared("SELECT entity, uuid, change_id FROM mediasync_stated")
    var rows: [RowName: ChangeID] = [:]
    while try statement.step() {
      rows[RowName(statement.text(0), statement.text(1))] = ChangeID(statement.integer(2))
    }
    return rows
  }

  /// Everything of the log up to `change` is answered.
  func dropStated(through change: ChangeID) throws {
    try database.run("DELETE FROM mediasync_stated WHERE change_id <= ?", .integer(change.rawValue))
  }
}
