import SyncCore

/// Rows whose position is not the pulled cursor, and rows with an answered document that is not applied yet
/// (docs/protocol.md §3, "How a device stays right").
struct RowNotes {
  private let database: Database
  private var notesAreEmpty: Bool
  private var unsettledAreEmpty: Bool

  init(_ database: Database) throws {
    self.database = database
    notesAreEmpty = try !database.hasRow("SELECT 1 FROM mediasync_notes LIMIT 1")
    unsettledAreEmpty = try !database.hasRow("SELECT 1 FROM mediasync_unsettled LIMIT 1")
  }

  /// False only if there is certainly no note.
  var mayHoldAny: Bool { !notesAreEmpty }

  /// Returns the row's position; `nil` if it is the cursor.
  func position(of row: RowName) throws -> Position? {
    guard !notesAreEmpty else { return nil }
    return try database.firstValue(
      "SELECT position FROM mediasync_notes WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid)
    )?.integer.map { Position($0) }
  }

  /// Notes the row's position.
  mutating func note(_ row: RowName, at position: Position) throws {
    notesAreEmpty = false
    try database.run(
      """
      INSERT INTO mediasync_notes VALUES (?, ?, ?)
      ON CONFLICT (entity, uuid) DO UPDATE SET position = excluded.position
      """, .text(row.entity), .text(row.uuid), .integer(position.rawValue))
  }

  /// Notes the row's position, unless one is noted already.
  mutating func noteUnlessNoted(_ row: RowName, at position: Position) throws {
    notesAreEmpty = false
    try database.run(
      "INSERT OR IGNORE INTO mediasync_notes VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .integer(position.rawValue))
  }

  /// Drops the row's note, so that its position is the cursor.
  func forget(_ row: RowName) throws {
    guard !notesAreEmpty else { return }
    try database.run(
      "DELETE FROM mediasync_notes WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  /// Drops the notes that the cursor has passed and that nothing needs (rule 8).
  func dropPassed(cursor: Position, isNeeded: (RowName) throws -> Bool) throws {
    guard !notesAreEmpty else { return }
    let passed = try database.prepared("SELECT entity, uuid FROM mediasync_notes WHERE position <= ?")
    passed.bind(1, cursor.rawValue)
    var rows: [RowName] = []
    while try passed.step() { rows.append(RowName(passed.text(0), passed.text(1))) }
    for row in rows where try !isNeeded(row) { try forget(row) }
  }

  func hasUnappliedAnswer(_ row: RowName) throws -> Bool {
    guard !unsettledAreEmpty else { return false }
    return try database.hasRow(
      "SELECT 1 FROM mediasync_unsettled WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  mutating func markUnapplied(_ row: RowName) throws {
    unsettledAreEmpty = false
    try database.run(
      "INSERT OR IGNORE INTO mediasync_unsettled VALUES (?, ?)", .text(row.entity), .text(row.uuid))
  }

  func clearUnapplied(_ row: RowName) throws {
    guard !unsettledAreEmpty else { return }
    try database.run(
      "DELETE FROM mediasync_unsettled WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }
}
