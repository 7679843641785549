import SyncCore

/// Entries of the application's log are gone before they were sent. A row that says something else here than at the hub
/// may have been edited by what they told: it is queued as an edit, whole, and judged from where it stands, so that a
/// column that was not edited contests nothing (docs/decisions/0022).
extension LibraryTransaction {
  /// Queues a row of which the checksums differed at the cursor.
  func queueEdit(
    _ row: RowName, _ state: HubRow.State, cursor: Position, _ found: inout ExaminationResult
  ) throws {
    guard let layout = writer.layout(of: row.entity) else { return }
    let shape = layout.shape
    let local = try localState(row, layout)
    guard let local else { return try queueUnlink(row, state, shape, cursor: cursor, &found) }
    switch state {
    case .held(let entry):
      guard let document = try hubsDocument(of: row, entry, layout) else {
        found.unsettled += 1  // what the hub says of the row is no row
        return
      }
      guard try queueEdit(row, local, differingFrom: document, layout) else { return }
      found.differences.append(Difference(row: row, kind: .differs))
    case .forgotten where local.document[BookkeepingColumn.deleted] == .integer(1): return
    case .forgotten, .unknown:
      guard try !waitsWhole(row, shape), try requeue(row) else { return }
      found.differences.append(Difference(row: row, kind: .missingAtHub))
    }
    found.queued += 1
  }

  /// Queues the row if it says something else than the hub. True if it did, and nothing that waits says it whole.
  func queueEdit(
    _ row: RowName, _ local: LocalRow, differingFrom document: Document, _ layout: TableLayout
  ) throws -> Bool {
    // What the library refused to take in stands at an older state than the row's position tells.
    // A create that waits brings a row that the hub has not. If it has the row, it has judged the create before, and
    // answers it by what that said then.
    guard try !comparison(of: row, local, with: document, layout).isSame,
      try layout.shape.kind == .row || !waitsWhole(row, layout.shape), try !quarantine.holds(.pull, row)
    else { return false }
    return try requeue(row)
  }

  /// A link that the hub has, and of which both ends are here, was taken away here. A row that is not here was deleted for
  /// good, which the application does not log: that is no edit.
  private func queueUnlink(
    _ row: RowName, _ state: HubRow.State, _ shape: EntityShape, cursor: Position,
    _ found: inout ExaminationResult
  ) throws {
    guard case .held(let entry) = state,
      try parked.position(of: row) == nil, try !isPending(row), try !quarantine.holds(.pull, row)
    else { return }
    guard shape.kind == .link else {
      found.lacking += 1
      return
    }
    guard entry.payload[BookkeepingColumn.linked] != .integer(0), entry.operation != .unlink else { return }
    guard Position(entry.changeID) <= cursor, try presentDocument(row) != nil else {
      found.lacking += 1
      return
    }
    try requeueLink(row, shape, stands: false, timestamp: nil, base: nil)
    found.differences.append(Difference(row: row, kind: .differs))
    found.queued += 1
  }
}
