import SyncCore

extension LibraryInspection {
  /// A column in which rows hold BLOBs. BLOBs are not synced: they stay on this device.
  package struct BlobColumn: Hashable, Sendable {
    /// The table.
    package let entity: String
    /// The column.
    package let column: String
    /// How many rows hold a BLOB in it.
    package let rows: Int
  }

  /// Finds the synced columns in which rows hold BLOBs.
  static func blobColumns(_ layouts: [String: TableLayout], _ database: Database) throws -> [BlobColumn] {
    var found: [BlobColumn] = []
    for layout in layouts.values.sorted(by: { $0.shape.name < $1.shape.name })
    where layout.shape.kind == .row {
      let sums = layout.travellingColumns.map { "total(typeof(\(quoted($0))) = 'blob')" }
      let statement = try database.prepared(
        "SELECT \(sums.joined(separator: ", ")) FROM \(quoted(layout.shape.name))")
      defer { statement.reset() }
      guard try statement.step() else { continue }
      for (place, column) in layout.travellingColumns.enumerated() where statement.integer(place) > 0 {
        found.append(
          BlobColumn(entity: layout.shape.name, column: column, rows: Int(statement.integer(place))))
      }
    }
    return found
  }
}
