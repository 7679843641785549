import SyncCore

/// The columns of the live schema that refer to rows of another table: by a foreign key, or because the
/// catalogue says so.
struct ChildReferences {
  /// A column that holds a value of a column of its parent.
  struct Reference: Hashable {
    /// The table that refers.
    var table: String
    /// Its column.
    var column: String
    /// The parent's column, most often `id`.
    var target: String
  }

  private let byParent: [String: [Reference]]

  /// Reads the references of every table except our own and SQLite's internal ones.
  init(_ catalogue: EntityCatalogue, _ database: Database) throws {
    var byParent: [String: [Reference]] = [:]
    let keys = try database.prepared(
      """
      SELECT m.name, k."from", k."table", k."to" FROM sqlite_master m, pragma_foreign_key_list(m.name) k
      WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND m.name NOT LIKE 'mediasync\\_%' ESCAPE '\\'
        AND NOT EXISTS (
          SELECT 1 FROM pragma_foreign_key_list(m.name) other WHERE other.id = k.id AND other.seq > 0)
      """)
    while try keys.step() {
      let reference = Reference(
        table: keys.text(0), column: keys.text(1), target: keys.optionalText(3) ?? "id")
      byParent[keys.text(2).lowercased(), default: []].append(reference)
    }
    for undeclared in catalogue.undeclaredReferences {
      let exists = try database.hasRow(
        "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", .text(undeclared.table), .text(undeclared.column)
      )
      let reference = Reference(table: undeclared.table, column: undeclared.column, target: "id")
      let parent = undeclared.entity.lowercased()
      guard exists, byParent[parent]?.contains(reference) != true else { continue }
      byParent[parent, default: []].append(reference)
    }
    self.byParent = byParent
  }

  /// The columns that refer to rows of a table.
  func references(to table: String) -> [Reference] { byParent[table.lowercased()] ?? [] }
}
