/// Checks uniqueness at the end of a batch, as SQL's deferred constraints do at the end of a transaction. A
/// key that a row holds counts as free if a later change of the batch moves the row to a key that is free, or
/// to one that another row gives up in the same way. So a ring of renamed rows is no conflict.
package final class DeferredUniqueness<L: Ledger> {
  private let changes: [PushedChange]
  private let catalogue: EntityCatalogue
  private let ledger: L
  private let device: DeviceID
  private let goesByVersions: Bool
  /// The last change of each row, by its place in the batch. Built when the first key is in the way: most
  /// batches never need it.
  private var lastChanges: [RowName: (place: Int, payload: Document)]?
  private var findings: [KeyText: Bool] = [:]
  /// The place of the last change that this finding relies on: until it is applied, two rows may hold one
  /// key. -1 if there is none.
  package private(set) var reachesTo = -1

  /// Takes the batch in its order, its sender, and the log that it is judged against. `goesByVersions`: the
  /// sender is a layer-1 client, whose older versions change nothing.
  package init(
    _ changes: [PushedChange], of device: DeviceID, goesByVersions: Bool, catalogue: EntityCatalogue,
    ledger: L
  ) {
    self.goesByVersions = goesByVersions
    self.device = device
    self.changes = changes
    self.catalogue = catalogue
    self.ledger = ledger
  }

  /// Returns whether `holder` gives up `key` in a change after `place`. The row judged at `place` counts as
  /// giving up its own key, because it is about to take this one.
  package func isVacated(_ key: KeyText, by holder: String, behind place: Int) throws(L.Failure) -> Bool {
    let row = RowName(key.entity, holder)
    guard changes.count > 1, let last = try lastChange(of: row), last.place > place else { return false }
    return try vacates(row, key, behind: place)
  }

  /// Returns whether `holder` gives up `key` in a change after the batch, as the sender says with `change`.
  /// If the batch itself has a change of the holder, that change decides.
  package func isVacatedBehind(_ key: KeyText, by holder: String, for change: PushedChange) throws(L.Failure)
    -> Bool
  {
    guard change.vacated.contains(holder) else { return false }
    return try lastChange(of: RowName(key.entity, holder)) == nil
  }

  /// Returns whether the sender sends this row too, as it is now. Then its library has both rows, and they
  /// are distinct.
  package func isSent(_ row: RowName) throws(L.Failure) -> Bool {
    guard changes.count > 1, let last = try lastChange(of: row) else { return false }
    return changes[last.place].isCurrent
  }

  /// Follows each row to the holder of the key that it takes. The chain ends at a free key, at a blocked one,
  /// or in a ring.
  private func vacates(_ row: RowName, _ key: KeyText, behind place: Int) throws(L.Failure) -> Bool {
    var asked: [KeyText] = []
    var (row, key) = (row, key)
    while true {
      if let known = findings[key] { return conclude(asked, known) }
      guard let last = try lastChange(of: row), last.place >= place, let shape = catalogue[row.entity],
        let stored = try ledger.state(of: row),
        try isUncontested(last, of: row, shape.naturalKeys[key.index].columns, stored)
      else { return conclude(asked, false) }
      asked.append(key)
      reachesTo = max(reachesTo, last.place)
      // The chain has closed a ring if it reaches this key again.
      findings[key] = true
      let text = shape.naturalKeys[key.index].text(of: stored.document.overlaid(with: last.payload))
      guard let text else { return conclude(asked, true) }
      let next = KeyText(entity: row.entity, index: key.index, text: text)
      if next == key { return conclude(asked, false) }
      guard let holder = try ledger.holder(of: next), holder != row.uuid else { return conclude(asked, true) }
      if try isVacatedBehind(next, by: holder, for: changes[last.place]) { return conclude(asked, true) }
      (row, key) = (RowName(row.entity, holder), next)
    }
  }

  /// Returns whether the sender changed a key that nobody else has changed since its base. Another device's
  /// key may stay with the row.
  private func isUncontested(
    _ last: (place: Int, payload: Document), of row: RowName, _ columns: [String], _ stored: RowState
  ) throws(L.Failure) -> Bool {
    if goesByVersions, changes[last.place].entry.version < stored.version { return false }
    let base = changes[last.place].base
    guard stored.position > base else { return true }
    if let shape = catalogue[row.entity] {
      let units = MergeUnits(shape)
      if columns.allSatisfy({ stored.stamps[units.columns(with: $0)[0]].device == device }) { return true }
    }
    guard base > .start, let document = try ledger.document(of: row, at: base) else { return false }
    return columns.allSatisfy { stored.document.says($0).isSame(as: document.says($0)) }
  }

  private func conclude(_ asked: [KeyText], _ isVacated: Bool) -> Bool {
    for key in asked { findings[key] = isVacated }
    return isVacated
  }

  private func lastChange(of row: RowName) throws(L.Failure) -> (place: Int, payload: Document)? {
    if let lastChanges { return lastChanges[row] }
    var found: [RowName: (place: Int, payload: Document)] = [:]
    for (place, pushed) in changes.enumerated() {
      let change = try catalogue.canonical(pushed, in: ledger)
      guard change.rejection == nil, catalogue[change.row.entity]?.kind == .row else { continue }
      let payload = found[change.row]?.payload.overlaid(with: change.payload) ?? change.payload
      found[change.row] = (place, payload)
    }
    lastChanges = found
    return found[row]
  }
}
