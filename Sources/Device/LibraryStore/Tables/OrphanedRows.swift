import SyncCore

extension LibraryInspection {
  /// Rows that refer to rows that are not here.
  package struct OrphanedRows: Hashable, Sendable {
    /// The table of the rows.
    package let table: String
    /// The table to which they refer.
    package let parent: String
    /// The number of rows.
    package let rows: Int
  }

  /// Finds rows whose parent is gone, by the foreign keys of the live schema and by the columns that the
  /// catalogue knows as references.
  static func orphanedRows(_ catalogue: EntityCatalogue, _ database: Database) throws -> [OrphanedRows] {
    var found: [OrphanedRows] = []
    let declared = try database.prepared(
      "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2")
    while try declared.step() {
      found.append(
        OrphanedRows(table: declared.text(0), parent: declared.text(1), rows: Int(declared.integer(2))))
    }
    for reference in catalogue.undeclaredReferences {
      let (table, column) = (quoted(reference.table), quoted(reference.column))
      let exists = try database.hasRow(
        "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", .text(reference.table), .text(reference.column))
      guard exists else { continue }
      let count = try database.firstValue(
        """
        SELECT count(*) FROM \(table) t WHERE \(column) NOT NULL
          AND NOT EXISTS (SELECT 1 FROM \(quoted(reference.entity)) p WHERE p.id = t.\(column))
        """)?.integer
      guard let count, count > 0 else { continue }
      found.append(OrphanedRows(table: reference.table, parent: reference.entity, rows: Int(count)))
    }
    return found
  }
}
