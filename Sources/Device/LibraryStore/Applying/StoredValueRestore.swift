import SyncCore

/// Gives columns that the application added after other devices had them what the hub holds in them. A row that is
/// filled in is written as a remote document is: no log entry, no new version.
extension Library {
  /// Fills in the values that were kept until their columns appeared, in short transactions. A row with an unanswered
  /// change is left for the next time.
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

  /// Takes in what waited for a key that the schema no longer has.
  private func applyParked() throws(StoreError) {
    let isWaiting = try read { try $0.hasRow("SELECT 1 FROM mediasync_parked LIMIT 1") }
    if isWaiting { try write { try $0.unpark() } }
  }

  /// Every column that was due when the schema had this version has been compared with the hub.
  package func columnsWereCompared(schema: Int64) throws(StoreError) {
    try write { transaction in
      guard self.schemaCookie == schema else { return }
      try KnownColumns.compared(transaction.database)
    }
  }
}

extension LibraryTransaction {
  /// Fills kept values into the columns that have appeared.
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
      // Another row has the value for now: it is tried again.
      case .keyTaken: applied.skipped += 1
      case .parentMissing, .refused, .held: break
      }
    }
    try index.add()
    return applied
  }

  /// Whether the hub's value may replace what a column shows: its default is nobody's, and of two numbers that merge to the
  /// greater one the greater stands. The application's upgrade counts the next number itself, without those that
  /// others have given out.
  private func mayFill(
    _ column: String, showing shown: Value, with value: Value, _ layout: TableLayout
  ) throws -> Bool {
    if try knownColumns.get().isUntouched(shown, in: column, of: layout) { return true }
    return layout.shape.greatestColumns.contains(column) && value.isGreaterNumber(than: shown)
  }

  /// Writes the hub's value into one column. One that does not fit is kept beside the row.
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

  /// Takes of the hub's row what this library may have missed: the columns that are due and show their default, and
  /// what the table cannot show. True if the row was written.
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
