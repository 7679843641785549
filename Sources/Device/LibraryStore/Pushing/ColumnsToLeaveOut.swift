import SyncCore

extension LibraryTransaction {
  /// The columns that must not be sent for a row, because nobody here wrote what the row has there: a BLOB, a
  /// replacement for a hub value that the table cannot store, or the default of a column that is not yet
  /// compared with the hub.
  ///
  /// A column that somebody has edited since is not among them.
  func columnsToLeaveOut(of row: RowName) throws -> Set<String> {
    guard let layout = writer.layout(of: row.entity), layout.shape.kind == .row,
      let present = try LocalRow.read(row, layout, database)
    else { return [] }
    return try columnsToLeaveOut(of: row, showing: present, layout)
  }

  /// The same for a row that the caller has already read.
  func columnsToLeaveOut(
    of row: RowName, showing present: LocalRow, _ layout: TableLayout
  ) throws -> Set<String> {
    let kept = try unstored.values(for: row, showing: present, layout)
    let known = try knownColumns.get()
    let due = known.due(of: layout).filter {
      known.isUntouched(present.document.says($0), in: $0, of: layout)
    }
    return present.blobs.union(kept.columns.map(\.name)).union(due)
  }
}
