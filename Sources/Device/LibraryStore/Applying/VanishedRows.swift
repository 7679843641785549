import SyncCore

/// Rows that the application deleted for good without a log entry (docs/protocol.md §1, fact 7). They should
/// be gone here, but the hub still has them. A log entry would restore such a row without its children, so it
/// stays away until `verify --repair` or a snapshot restores the row with them.
extension LibraryTransaction {
  /// The migration that adds the table.
  static var vanishedTable: String {
    """
    CREATE TABLE mediasync_lacking (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    """
  }

  /// Whether an entry concerns a row that was here and no longer is. The hub sends a row's create before
  /// anything else of it. A row that refers to a vanished one is parked like any row without its parent.
  func hasVanished(_ row: RowName, _ entry: Entry) throws -> Bool {
    guard let shape = catalogue[row.entity], shape.kind == .row, entry.operation != .create else {
      return false
    }
    return try writer.localID(row.entity, row.uuid) == nil && !isExpected(row)
  }

  /// Whether the row or link is not here.
  func isMissing(_ row: RowName) throws -> Bool {
    guard let shape = writer.layout(of: row.entity)?.shape else { return false }
    return try shape.kind == .link
      ? !linkStands(row, shape) : writer.localID(row.entity, row.uuid) == nil
  }

  /// Whether a row that is not here may still come: it is parked or its pulled entry is in quarantine.
  private func isExpected(_ row: RowName) throws -> Bool {
    try parked.position(of: row) != nil || quarantine.holds(.pull, row)
  }

  /// Parks a document, and notes whether its row is in its table.
  func park(_ document: ParkedDocument) throws {
    var document = document
    if catalogue[document.row.entity]?.kind == .row {
      document.wasHere = try writer.localID(document.row.entity, document.row.uuid) != nil
    }
    try parked.park(document)
  }

  /// Notes that this library deliberately lacks a row that the hub has.
  func noteLacking(_ row: RowName) throws {
    try database.run(
      "INSERT OR IGNORE INTO mediasync_lacking VALUES (?, ?)", .text(row.entity), .text(row.uuid))
  }

  /// Notes that the library has the row again.
  func noteHeld(_ row: RowName) throws {
    try database.run(
      "DELETE FROM mediasync_lacking WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }
}
