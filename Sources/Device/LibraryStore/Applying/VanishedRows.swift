import SyncCore

/// Rows that the application deleted for good without a log entry (protocol.md §1, fact 7). Here they are meant to be
/// gone, at the hub they are still there. An entry of the log would bring such a row back without the rows that hung on
/// it, so it stays away until `verify --repair` or a snapshot brings all of it.
extension LibraryTransaction {
  /// The step of the state's schema that adds the table.
  static var vanishedTable: String {
    """
    CREATE TABLE mediasync_lacking (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    """
  }

  /// Whether an entry speaks of a row that was here and is not any more. The hub sends a row's create before anything
  /// else of it. A row that hangs on a vanished one is parked like any other whose parent is not here.
  func hasVanished(_ row: RowName, _ entry: Entry) throws -> Bool {
    guard let shape = catalogue[row.entity], shape.kind == .row, entry.operation != .create else {
      return false
    }
    return try writer.localID(row.entity, row.uuid) == nil && !isExpected(row)
  }

  /// Whether the row is not here, or the link does not stand.
  func isMissing(_ row: RowName) throws -> Bool {
    guard let shape = writer.layout(of: row.entity)?.shape else { return false }
    return try shape.kind == .link
      ? !linkStands(row, shape) : writer.localID(row.entity, row.uuid) == nil
  }

  /// Whether a row that is not here may still come: it waits for a key or a parent, or could not be taken in.
  private func isExpected(_ row: RowName) throws -> Bool {
    try parked.position(of: row) != nil || quarantine.holds(.pull, row)
  }

  /// Parks a document, and notes whether its row is in its table meanwhile.
  func park(_ document: ParkedDocument) throws {
    var document = document
    if catalogue[document.row.entity]?.kind == .row {
      document.wasHere = try writer.localID(document.row.entity, document.row.uuid) != nil
    }
    try parked.park(document)
  }

  /// Notes that the hub has a row that this library lacks on purpose.
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
