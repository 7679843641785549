/// A change in the hub's terms: normalised, with the row and its parents under their canonical names.
package struct CanonicalChange: Sendable {
  /// The change as it arrived.
  package var pushed: PushedChange
  /// The row under its canonical name.
  package var row: RowName
  /// Whether the hub has a row under that name.
  package var isKnown: Bool
  /// The payload. Parents that the hub has never seen keep the sender's names.
  package var payload: Document
  /// Why the change can never be applied, if that is already clear.
  package var rejection: Rejection?

  /// Whether the hub's name for the row differs from the sender's.
  package var isRenamed: Bool { row != pushed.entry.row }
}

extension EntityCatalogue {
  /// Converts a change to the hub's terms. A change that can never be applied comes back with its rejection.
  package func canonical<L: Ledger>(
    _ pushed: PushedChange, in ledger: L
  ) throws(L.Failure) -> CanonicalChange {
    let entry = pushed.entry
    var change = CanonicalChange(
      pushed: pushed, row: entry.row, isKnown: false, payload: entry.payload, rejection: nil)
    guard let shape = self[entry.row.entity] else {
      change.rejection = Rejection(.unknownEntity, "the entity \(entry.row.entity.prefix(60)) is not synced")
      return change
    }
    guard shape.takes(entry.operation) else {
      change.rejection = Rejection(
        .unknownOperation, "\(entry.operation.rawValue) cannot be done to \(shape.name)")
      return change
    }
    guard let payload = shape.normalized(entry.payload, of: entry.row, operation: entry.operation) else {
      change.rejection = Rejection(.malformedPayload, "the payload does not name the two rows of the link")
      return change
    }
    change.payload = payload
    if let problem = shape.problem(in: payload, of: entry.row) {
      change.rejection = Rejection(.malformedPayload, "\(entry.row): \(problem)")
      return change
    }
    try canonicalizeParents(of: &change, shape, in: ledger)
    if shape.kind == .link {
      let parts = shape.parents.compactMap { change.payload[$0.wireName]?.text }
      if parts.count == 2 { change.row = RowName(shape.name, EntityCatalogue.linkName(parts[0], parts[1])) }
      change.isKnown = try ledger.canonicalUUID(of: change.row) != nil
    } else if let uuid = try ledger.canonicalUUID(of: entry.row) {
      change.row = RowName(shape.name, uuid)
      change.isKnown = true
      change.payload[BookkeepingColumn.uuid] = .text(uuid)
    }
    return change
  }

  private func canonicalizeParents<L: Ledger>(
    of change: inout CanonicalChange, _ shape: EntityShape, in ledger: L
  ) throws(L.Failure) {
    for parent in shape.parents {
      guard let value = change.payload[parent.wireName] else { continue }
      guard let uuid = value.text, uuid.isName() else {
        change.rejection =
          change.rejection ?? Rejection(.incompleteRow, "\(parent.wireName) of \(change.row) is no uuid")
        continue
      }
      let name = RowName(parent.entity, uuid)
      guard let canonical = try ledger.canonicalUUID(of: name), try !ledger.isTombstone(name) else {
        change.rejection =
          change.rejection ?? Rejection(.unknownParent, "the hub has no \(parent.entity) \(uuid.prefix(80))")
        continue
      }
      change.payload[parent.wireName] = .text(canonical)
    }
  }
}
