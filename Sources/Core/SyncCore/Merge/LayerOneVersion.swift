/// Layer 1 decides by versions (protocol.md §2). A client of that kind names no base, and tells nothing of what it had
/// before it but the version, so the hub keeps to its rule before it merges.
extension Judge {
  /// The verdict on a layer-1 client's change that is older than the row; `nil` where it is to be judged like any other.
  ///
  /// - Parameters:
  ///   - change: the change in the hub's terms.
  ///   - base: the position that the client has pulled up to.
  ///   - device: under which name the client stands among the devices.
  ///   - newest: when the client made the row's newest change, by its own clock; `nil` where another made it.
  ///   - ledger: the hub's log.
  package func supersededByVersion<L: Ledger>(
    _ change: CanonicalChange, base: Position, by device: DeviceID, newest: Instant?, in ledger: L
  ) throws(L.Failure) -> Verdict? {
    // Under an alias the version is another row's.
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
    // A state that the row had once has not been lost: it was replaced by somebody who saw it.
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

  /// Whether the change is older than the row, or the same version of the same client. A client whose change won a
  /// conflict is not told that the row got a higher version by it: what it edits later has the version that the row has
  /// already, and is no older for that.
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
