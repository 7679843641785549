/// Layer 1 decides by versions (docs/protocol.md §2). A layer-1 client names no base; the version is all it
/// says about what it had seen. So the hub applies the layer-1 rule before it merges.
extension Judge {
  /// Returns the verdict on a layer-1 client's change that is older than the row; `nil` if the change is
  /// judged like any other.
  ///
  /// - Parameters:
  ///   - change: the change in the hub's terms.
  ///   - base: the position that the client has pulled up to.
  ///   - device: the client's name among the devices.
  ///   - newest: when the client made the row's newest change, by its own clock; `nil` if someone else made
  ///     it.
  ///   - ledger: the hub's log.
  package func supersededByVersion<L: Ledger>(
    _ change: CanonicalChange, base: Position, by device: DeviceID, newest: Instant?, in ledger: L
  ) throws(L.Failure) -> Verdict? {
    // Under an alias the version belongs to another row.
    guard change.rejection == nil, change.isKnown, !change.isRenamed,
      let shape = catalogue[change.row.entity], shape.kind == .row,
      let stored = try ledger.state(of: change.row), Self.isOlder(change, than: stored, newest: newest)
    else { return nil }
    var verdict = Verdict(row: change.row, outcome: .superseded, exact: false)
    let known = try ledger.document(of: change.row, at: base) ?? Document()
    let contested = change.payload.without(BookkeepingColumn.neverMerged).columns.map(\.name).filter { name in
      let value = change.payload.says(name)
      return value != stored.document.says(name) && (known.isEmpty || value != known.says(name))
    }
    let losing = change.payload.only(contested)
    guard !contested.isEmpty else { return verdict }
    // A state that the row once had is not lost: whoever replaced it had seen it.
    let isKept = try ledger.history(of: change.row) { past in
      contested.allSatisfy { past.says($0) == losing.says($0) }
    }
    if !isKept {
      verdict.conflicts = [
        ColumnConflict(losing: losing, winning: stored.document.only(contested), losingDevice: device)
      ]
    }
    return verdict
  }

  /// Returns whether the change is older than the row, or has the row's version and comes from the same
  /// client. A client whose change won a conflict does not learn that the row's version rose. Its next edit
  /// then has the version that the row already has, but is no older for that.
  private static func isOlder(
    _ change: CanonicalChange, than stored: RowState, newest: Instant?
  ) -> Bool {
    let entry = change.pushed.entry
    guard entry.version == stored.version else { return entry.version < stored.version }
    guard stored.document.says(BookkeepingColumn.clientID) == .text(entry.clientID) else { return false }
    guard let newest, let edited = Instant(entry.timestamp) else { return true }
    return edited <= newest
  }
}
