import SyncCore

/// Changes that the hub answered while their row had newer ones, so that the answer's document was not
/// applied (table `mediasync_answered`). The row's next change builds on them, whatever its base: it names
/// them, and the hub knows what they wrote (docs/protocol.md §4, Current rows).
extension LibraryTransaction {
  /// The step of the state's schema that creates the table.
  static var answeredTable: String {
    """
    CREATE TABLE mediasync_answered (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      change_id INTEGER NOT NULL,
      PRIMARY KEY (entity, uuid, change_id)
    ) WITHOUT ROWID;
    """
  }

  /// Notes that the hub has answered a change of the row, and that this library did not apply the answer's
  /// document.
  func noteAnswered(_ change: ChangeID, of row: RowName) throws {
    mayHoldAnswered = .success(true)
    try database.run(
      "INSERT OR IGNORE INTO mediasync_answered VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .integer(change.rawValue))
  }

  /// Forgets the answered changes of a row. Call it once the row is at a position of the hub's log.
  func forgetAnswered(of row: RowName) throws {
    guard try mayHoldAnswered.get() else { return }
    try database.run(
      "DELETE FROM mediasync_answered WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  /// The answered changes that a row builds on, oldest first. Leaves out those that the application has
  /// deleted from its log.
  func answeredChanges(of row: RowName) throws -> [EarlierEntry] {
    guard try notes.hasUnappliedAnswer(row) else { return [] }
    let statement = try database.prepared(
      """
      SELECT l.change_id, l.timestamp, l.version, l.entity_uuid
      FROM mediasync_answered a JOIN sync_log l ON l.change_id = a.change_id AND l.entity = a.entity
      WHERE a.entity = ? AND a.uuid = ? ORDER BY l.change_id
      """)
    statement.bind(1, row.entity)
    statement.bind(2, row.uuid)
    var entries: [EarlierEntry] = []
    while try statement.step() {
      guard aliases.canonical(RowName(row.entity, statement.text(3))) == row else { continue }
      entries.append(
        EarlierEntry(
          changeID: ChangeID(statement.integer(0)), timestamp: statement.text(1),
          version: statement.integer(2)))
    }
    return entries
  }
}
