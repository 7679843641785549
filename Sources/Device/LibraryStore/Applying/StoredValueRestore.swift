import SyncCore

/// Fills columns that the application added later than on other devices with the hub's values. A row is
/// filled in the way a remote document is written: no log entry, no new version.
extension Library {
  /// Fills in the values that were kept until their columns appeared, in short transactions. Skips a row with
  /// an unacknowledged change until the next call.
  package func fillIn() throws(StoreError) -> PageResult {
    let rows = try read { database -> [RowName] in
      guard self.mayFillIn else { return [] }
      return try UnstoredValues(database).rowsWithoutColumns(self.layouts)
    }
    if mayFillIn { try applyParked() }
    guard !rows.isEmpty else {
      mayFillIn = false
      return PageResult()
    }
    let (applied, isWhole) = try inShortTransactions(rows.count, .none) { range, _, transaction in
      try transaction.fillIn(rows[range])
    }
    mayFillIn = !isWhole || applied.skipped > 0
    return applied
  }

  /// Applies parked documents that waited for a key that the schema no longer has.
  private func applyParked() throws(StoreError) {
    let isWaiting = try read { try $0.hasRow("SELECT 1 FROM mediasync_parked LIMIT 1") }
    if isWaiting { try write { try $0.unpark() } }
  }

  /// Records that every column that was due has been compared with the hub. Does nothing if the schema has
  /// changed since version `schema`.
  package func columnsWereCompared(schema: Int64) throws(StoreError) {
    try write { transaction in
      guard self.schemaCookie == schema else { return }
      try KnownColumns.compared(transaction.database)
    }
  }
}

extension LibraryTransaction {
  /// Fills kept values into the columns that have appeared since.
  func fillIn(_ rows: ArraySlice<RowName>) throws -> PageResult {
    var applied = PageResult()
    var index = FullTextIndex(database, catalogue: catalogue)
    var wanted: [(row: RowName, kept: UnstoredValue, shown: Value)] = []
    for row in rows {
      guard let layout = writer.layout(of: row.entity) else { continue }
      guard try !isPending(row) else {
        applied.skipped += 1
        continue
      }
      let present = try LocalRow.read(row, layout, database)
      for kept in try unstored.values(of: row)
      where kept.obstacle == .noColumn && layout.travelling.contains(kept.column) {
        let shown = present?.document.says(kept.column) ?? .null
        let mayFill = try mayFill(kept.column, showing: shown, with: kept.value, layout)
        guard let present, !present.blobs.contains(kept.column), mayFill else {
          try unstored.forget(row, columns: [kept.column])
          continue
        }
        wanted.append((row, kept, shown))
        try index.include(row, [kept.column: kept.value])
      }
    }
    try index.remove()
    for (row, kept, shown) in wanted {
      switch try fill(row, kept.column, kept.value, showing: shown) {
      case .written, .unchanged: applied.applied += 1
      // Another row has the value for now: the next call tries again.
      case .keyTaken: applied.skipped += 1
      case .parentMissing, .refused, .held: break
      }
    }
    try index.add()
    return applied
  }

  /// Whether the hub's value may replace the present value of a column. It may if the column has its default,
  /// which nobody wrote. If two numbers merge to the greater one, it may if the hub's is greater: the
  /// application's upgrade counts the next number itself, without the numbers that other devices have used.
  private func mayFill(
    _ column: String, showing shown: Value, with value: Value, _ layout: TableLayout
  ) throws -> Bool {
    if try knownColumns.get().isUntouched(shown, in: column, of: layout) { return true }
    return layout.shape.greatestColumns.contains(column) && value.isGreaterNumber(than: shown)
  }

  /// Writes the hub's value into one column. Keeps a value that does not fit beside the row.
  private func fill(
    _ row: RowName, _ column: String, _ value: Value, showing shown: Value
  ) throws -> TableWriter.Placement {
    let placement = try writer.place(row, [column: value], serverTimestamp: "", from: nil)
    switch placement {
    case .written, .unchanged: break
    case .keyTaken:
      try unstored.keep(
        UnstoredValue(column: column, value: value, obstacle: .noColumn, shown: shown), of: row)
    case .parentMissing, .refused, .held:
      try unstored.keep(
        UnstoredValue(column: column, value: value, obstacle: .otherValue, shown: shown), of: row)
    }
    return placement
  }

  /// Takes from the hub's row the values that this library may have missed: of due columns that have their
  /// default, and of columns that the table does not have. Returns whether the row was written.
  func fillIn(_ row: RowName, from document: Document, _ layout: TableLayout) throws -> Bool {
    guard layout.shape.kind == .row, let present = try LocalRow.read(row, layout, database) else {
      return false
    }
    try writer.keepUnknown(row, document)
    var isWritten = false
    let known = try knownColumns.get()
    for column in known.due(of: layout) where !present.blobs.contains(column) {
      let (value, shown) = (document.says(column), present.document.says(column))
      guard !value.isNull, try mayFill(column, showing: shown, with: value, layout),
        value.sameText != shown.sameText
      else { continue }
      if try fill(row, column, value, showing: shown) == .written { isWritten = true }
    }
    return isWritten
  }
}
