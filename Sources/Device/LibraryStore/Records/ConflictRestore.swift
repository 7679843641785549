import SyncCore

extension LibraryTransaction {
  /// Writes a record's losing values back as a new local edit, and then deletes the record.
  func restore(_ id: Int64) throws -> Result<Restored, RecordRefusal> {
    guard let record = try conflicts.record(id) else { return .failure(.unknown(id: id)) }
    // A row merge may have renamed the row since.
    let row = aliases.canonical(record.summary.row)
    guard let shape = catalogue[row.entity] else { return .failure(.unknownEntity(row.entity)) }
    let result: Result<Restored, RecordRefusal>
    switch shape.kind {
    case .link: result = try edit(link: row, stands: record.losing[BookkeepingColumn.linked] != .integer(0))
    case .row: result = try edit(row, values(of: record, shape))
    }
    if case .success = result { _ = try conflicts.remove(id) }
    return result
  }

  /// The losing values without bookkeeping columns, completed with the other columns of their units.
  private func values(of record: ConflictRecord, _ shape: EntityShape) -> Document {
    let losing = record.losing.without(BookkeepingColumn.neverMerged)
    let units = MergeUnits(shape)
    var values = losing
    for column in losing.columns {
      // If a record holds only a part of a unit, the other columns were the same on both sides.
      for other in units.columns(with: column.name) where losing[other] == nil {
        values[other] = record.winning[other]
      }
    }
    return aliases.canonical(values, of: shape)
  }
}
