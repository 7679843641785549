import SyncCore

/// New rows that were sent as they are now although they have further entries behind the batch
/// (docs/protocol.md §4, Current rows). What was sent includes those entries, so only the newest of them is
/// still to be sent.
extension LibraryTransaction {
  /// The migration that adds the table.
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

  /// Notes the entry up to which a row was sent, if the row has entries that still wait.
  func noteStated(_ row: RowName, _ change: PushedChange, _ batch: PushBatch) throws {
    guard batch.hasMore, change.isCurrent, change.entry.operation == .create,
      try isPending(row, after: batch.last)
    else { return }
    try database.run(
      "INSERT OR REPLACE INTO mediasync_stated VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .integer(batch.log.highest.rawValue))
  }

  /// Returns the entry up to which each of these rows was sent. Usually there are none.
  func statedRows() throws -> [RowName: ChangeID] {
    let statement = try database.prepared("SELECT entity, uuid, change_id FROM mediasync_stated")
    var rows: [RowName: ChangeID] = [:]
    while try statement.step() {
      rows[RowName(statement.text(0), statement.text(1))] = ChangeID(statement.integer(2))
    }
    return rows
  }

  /// Drops the notes of rows up to `change`, because it is acknowledged.
  func dropStated(through change: ChangeID) throws {
    try database.run("DELETE FROM mediasync_stated WHERE change_id <= ?", .integer(change.rawValue))
  }
}
