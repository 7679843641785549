import SyncCore

/// A value that the hub holds and that this library's table does not show.
struct UnstoredValue: Equatable {
  /// Why the table does not show it.
  enum Obstacle: String {
    /// The table had no such column.
    case noColumn = "no_column"
    /// The column stores another value: SQLite converted it, or the library refused it.
    case otherValue = "other_value"
    /// The row holds a BLOB in the column.
    case blob
  }

  /// The column, by its name on the wire.
  var column: String
  /// The hub's value.
  var value: Value
  /// Why the table does not show it.
  var obstacle: Obstacle
  /// What the column showed instead. As long as it shows that, nobody has edited it here.
  var shown: Value
}

/// Hub values that the library's tables do not show (table `mediasync_unstored`). The device never sends them
/// back changed, uses them when it compares rows with the hub's, and writes them once the column can hold
/// them.
final class UnstoredValues {
  /// The migration that creates the table.
  static let table = """
    CREATE TABLE mediasync_unstored (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      column_name TEXT NOT NULL,
      value,
      obstacle TEXT NOT NULL,
      shown,
      PRIMARY KEY (entity, uuid, column_name)
    ) WITHOUT ROWID;
    """

  private let database: Database
  /// True only if there are certainly none.
  private(set) var isEmpty: Bool

  init(_ database: Database) throws {
    self.database = database
    isEmpty = try !database.hasRow("SELECT 1 FROM mediasync_unstored LIMIT 1")
  }

  /// Returns the values stored for a row.
  func values(of row: RowName) throws -> [UnstoredValue] {
    guard !isEmpty else { return [] }
    let statement = try database.prepared(
      "SELECT column_name, value, obstacle, shown FROM mediasync_unstored WHERE entity = ? AND uuid = ?")
    statement.bind(1, row.entity)
    statement.bind(2, row.uuid)
    var values: [UnstoredValue] = []
    while try statement.step() {
      values.append(
        UnstoredValue(
          column: statement.text(0), value: statement.value(1),
          obstacle: UnstoredValue.Obstacle(rawValue: statement.text(2)) ?? .otherValue,
          shown: statement.value(3)))
    }
    return values
  }

  /// Returns the stored values after which nobody has edited the row. As far as this library knows, the hub
  /// still holds them, and the row differs only because it cannot show them.
  func values(for row: RowName, showing present: LocalRow, _ layout: TableLayout) throws -> Document {
    Document(
      try values(of: row).filter { Self.stands($0, present, layout) }.map { ($0.column, $0.value) })
  }

  private static func stands(_ kept: UnstoredValue, _ present: LocalRow, _ layout: TableLayout) -> Bool {
    guard layout.travelling.contains(kept.column) else { return true }
    if present.blobs.contains(kept.column) { return kept.obstacle == .blob }
    let shows = present.document.says(kept.column).sameText
    switch kept.obstacle {
    case .noColumn: return shows == layout.defaultValue(of: kept.column).sameText
    case .otherValue: return shows == kept.shown.sameText
    case .blob: return false
    }
  }

  /// Returns the rows for which a value was stored while its column was missing, and whose table now has the
  /// column.
  func rowsWithoutColumns(_ layouts: [String: TableLayout]) throws -> [RowName] {
    guard !isEmpty else { return [] }
    let statement = try database.prepared(
      "SELECT entity, uuid, column_name FROM mediasync_unstored WHERE obstacle = ?")
    statement.bind(1, UnstoredValue.Obstacle.noColumn.rawValue)
    var rows: [RowName] = []
    while try statement.step() {
      let row = RowName(statement.text(0), statement.text(1))
      guard rows.last != row, layouts[row.entity]?.travelling.contains(statement.text(2)) ?? false else {
        continue
      }
      rows.append(row)
    }
    return rows
  }

  /// Updates the stored values after a document was written. `found` is what the table does not show of it.
  /// Stored values of columns that the document does not contain stay.
  func replace(_ row: RowName, document: Document, found: [UnstoredValue]) throws {
    let kept = try values(of: row)
    guard !kept.isEmpty || !found.isEmpty else { return }
    let stale = kept.map(\.column).filter { column in
      document[column] != nil && !found.contains { $0.column == column }
    }
    try forget(row, columns: stale)
    for value in found where !kept.contains(value) { try keep(value, of: row) }
  }

  /// Stores a value, and replaces an older one of the same column.
  func keep(_ value: UnstoredValue, of row: RowName) throws {
    isEmpty = false
    let statement = try database.prepared(
      "INSERT OR REPLACE INTO mediasync_unstored VALUES (?, ?, ?, ?, ?, ?)")
    statement.bind(1, row.entity)
    statement.bind(2, row.uuid)
    statement.bind(3, value.column)
    statement.bind(4, value.value)
    statement.bind(5, value.obstacle.rawValue)
    statement.bind(6, value.shown)
    try statement.run()
  }

  /// Drops the stored values of some columns of a row, so that the library's own values count.
  func forget(_ row: RowName, columns: some Sequence<String>) throws {
    guard !isEmpty else { return }
    for column in columns {
      try database.run(
        "DELETE FROM mediasync_unstored WHERE entity = ? AND uuid = ? AND column_name = ?", .text(row.entity),
        .text(row.uuid), .text(column))
    }
  }

  /// Drops the stored values that somebody has overwritten here. Called once the hub has accepted the new
  /// ones.
  func forgetOverwritten(_ row: RowName, _ layout: TableLayout) throws {
    guard !isEmpty else { return }
    let kept = try values(of: row)
    guard !kept.isEmpty, let present = try LocalRow.read(row, layout, database) else { return }
    try forget(row, columns: kept.filter { !Self.stands($0, present, layout) }.map(\.column))
  }

  /// Moves a row's stored values to its new name. Values already stored under that name stay.
  func rename(_ row: RowName, to name: String) throws {
    guard !isEmpty else { return }
    try database.run(
      "UPDATE OR IGNORE mediasync_unstored SET uuid = ?3 WHERE entity = ?1 AND uuid = ?2", .text(row.entity),
      .text(row.uuid), .text(name))
    try database.run(
      "DELETE FROM mediasync_unstored WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }
}
