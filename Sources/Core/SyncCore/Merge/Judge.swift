/// Decides the outcome of a pushed change (docs/protocol.md §3).
package struct Judge: Sendable {
  /// The entities that are synced.
  package let catalogue: EntityCatalogue
  private let policy: ConflictPolicy
  private let units: [String: MergeUnits]

  /// Takes the catalogue, and the policy that says which edit wins.
  package init(catalogue: EntityCatalogue, policy: ConflictPolicy) {
    self.catalogue = catalogue
    self.policy = policy
    units = Dictionary(uniqueKeysWithValues: catalogue.shapes.map { ($0.name, MergeUnits($0)) })
  }

  /// Judges one change.
  ///
  /// - Parameters:
  ///   - change: the change in the hub's terms.
  ///   - base: the position of the sender's row.
  ///   - whole: whether the answer must carry the document.
  ///   - stamp: who made the change, and when by the hub's clock.
  ///   - now: the hub's clock; it becomes the row's `last_modified`.
  ///   - keys: the unique keys of the sender's library.
  ///   - held: the row as the sender had it, if the hub knows that better than from the log at `base`.
  ///   - ledger: the hub's log.
  ///   - keyHolder: what the sender says of a row that claims a key.
  package func judge<L: Ledger>(
    _ change: CanonicalChange, base: Position, whole: Bool, stamp: ColumnStamp, now: Instant,
    keys: LibraryKeys = .assumed, held: Document? = nil, in ledger: L,
    keyHolder: (_ key: KeyText, _ holder: String) throws(L.Failure) -> KeyHolder
  ) throws(L.Failure) -> Verdict {
    guard change.rejection == nil, let shape = catalogue[change.row.entity], let units = units[shape.name]
    else {
      let rejection =
        change.rejection
        ?? Rejection(.unknownEntity, "the entity \(change.row.entity.prefix(60)) is not synced")
      return .rejected(change.row, rejection)
    }
    // A row that the sender's library cannot hold claims no key, but it still gets another number if its own
    // is taken.
    let places = keys.indices(in: shape).filter {
      change.pushed.claimsKeys || shape.naturalKeys[$0].numberColumn != nil
    }
    return try withoutActuallyEscaping(keyHolder) { (keyHolder) throws(L.Failure) -> Verdict in
      let evaluation = ChangeEvaluation(
        change: change, base: base, whole: whole, stamp: stamp, now: now, shape: shape, units: units,
        policy: policy, ledger: ledger, keys: places, held: held,
        keyHolder: keyHolder)
      return try evaluation.verdict()
    }
  }
}

extension Verdict {
  /// A change that can never be applied.
  package static func rejected(_ row: RowName, _ rejection: Rejection) -> Verdict {
    Verdict(row: row, outcome: .rejected, exact: false, rejection: rejection)
  }
}

/// One change under judgement, with everything that affects the verdict.
struct ChangeEvaluation<L: Ledger> {
  let change: CanonicalChange
  let base: Position
  let whole: Bool
  let stamp: ColumnStamp
  let now: Instant
  let shape: EntityShape
  let units: MergeUnits
  let policy: ConflictPolicy
  let ledger: L
  /// The natural keys that the sender's library has, as indices into the shape's keys.
  let keys: [Int]
  let held: Document?
  let keyHolder: (_ key: KeyText, _ holder: String) throws(L.Failure) -> KeyHolder

  func verdict() throws(L.Failure) -> Verdict {
    if change.isKnown, let stored = try ledger.state(of: change.row) {
      return try merged(into: stored, of: change.row)
    }
    return try verdictOnNewRow()
  }

  /// Merges the change into a row that the hub holds.
  func merged(into stored: RowState, of row: RowName) throws(L.Failure) -> Verdict {
    let isRenamed = row != change.pushed.entry.row
    let base = isRenamed ? held ?? Document() : try baseDocument(of: row, stored)
    var stamp = stamp
    stamp.name = nameMeant(isRenamed: isRenamed)
    var merge = ThreeWayMerge(
      base: base.without(BookkeepingColumn.neverMerged), stored: stored,
      incoming: change.payload.without(BookkeepingColumn.neverMerged), stamp: stamp, policy: policy,
      units: units)
    try merge.run { (candidate, columns) throws(L.Failure) -> KeyObstacle? in
      try obstacle(to: candidate, columns, of: row)
    }
    try keepKeysApart(&merge, stored, of: row)
    let isChanged = !merge.document.saysTheSame(as: stored.document, besides: BookkeepingColumn.neverMerged)
    var document = merge.document
    var version = stored.version
    if isChanged { version = updateBookkeeping(of: &document, after: stored.version) }
    let expected = base.overlaid(with: change.payload)
    let isAsExpected = document.saysTheSame(as: expected, besides: BookkeepingColumn.neverMerged)
    let untouched = stored.position <= self.base
    var verdict = Verdict(
      row: row, outcome: isRenamed ? .merged : isChanged || isAsExpected ? .applied : .superseded,
      exact: untouched && isAsExpected && !isRenamed && !whole
        && senderHolds(clientIDOf: document, base: base))
    verdict.conflicts = merge.conflicts
    verdict.heldBy = merge.heldBy
    if isChanged {
      let written = shape.naturalKeys.indices.filter { index in
        shape.naturalKeys[index].columns.contains(where: merge.written.contains)
      }
      verdict.written = .init(
        operation: operation(from: stored.document, to: document), document: document, version: version,
        stamps: merge.stamps, claimed: claims(of: document, among: written.filter(keys.contains)),
        released: claims(of: stored.document, among: written), isNew: false)
    }
    return verdict
  }

  /// Returns the row's name that the sender used. If the sender does not name it, only a change logged under
  /// an alias has an empty base and is no create. A link's name consists of its two rows, so the device that
  /// linked them knows which link it meant.
  private func nameMeant(isRenamed: Bool) -> ColumnStamp.Name {
    if shape.kind == .link { return .canonical }
    if let logged = change.pushed.loggedUUID {
      return logged.isSameText(as: change.row.uuid) ? .canonical : .alias(logged)
    }
    if isRenamed { return .alias(change.pushed.entry.row.uuid) }
    return base == .start && change.pushed.entry.operation != .create ? .someAlias : .canonical
  }

  private func baseDocument(of row: RowName, _ stored: RowState) throws(L.Failure) -> Document {
    if let held { return held }
    if stored.position <= base { return stored.document }
    if base > .start, let known = try ledger.document(of: row, at: base) { return known }
    guard change.pushed.entry.operation == .create else { return Document() }
    // A whole row whose base the hub does not know, and whose values the row once had, is that earlier state:
    // it has nothing new. So a device that queues its rows again (docs/protocol.md §4) contests nothing.
    let named = change.payload.columns.map(\.name)
    let isKept = try ledger.history(of: row) { past in
      change.payload.saysTheSame(as: past.only(named), besides: BookkeepingColumn.neverMerged)
    }
    return isKept ? change.payload : Document()
  }

  /// Returns whether the sender's row has the result's client id. A partial payload may leave open which of
  /// two client ids the row has; then the answer carries the document.
  private func senderHolds(clientIDOf document: Document, base: Document) -> Bool {
    guard shape.kind == .row else { return true }
    let settled = document.says(BookkeepingColumn.clientID)
    if let sent = change.payload[BookkeepingColumn.clientID] { return sent == settled }
    let known = base[BookkeepingColumn.clientID] ?? .text(change.pushed.entry.clientID)
    return known == settled && .text(change.pushed.entry.clientID) == settled
  }

  /// Sets the columns that the hub maintains; returns the row's version.
  func updateBookkeeping(of document: inout Document, after version: Int64?) -> Int64 {
    let entry = change.pushed.entry
    guard shape.kind == .row else { return 1 }
    // A new row keeps the sender's version, so that the sender need not rewrite it after an exact create.
    let next = version.map { $0 + 1 } ?? max(1, entry.version)
    document[BookkeepingColumn.version] = .integer(next)
    document[BookkeepingColumn.lastModified] = .text(now.description)
    document[BookkeepingColumn.clientID] =
      change.payload[BookkeepingColumn.clientID].flatMap { $0.isNull ? nil : $0 } ?? .text(entry.clientID)
    return next
  }

  /// The operation that those who pull the new document see.
  private func operation(from old: Document, to new: Document) -> Operation {
    if shape.kind == .link { return shape.isDeleted(new) ? .unlink : .link }
    return shape.isDeleted(new) && !shape.isDeleted(old) ? .delete : .update
  }
}
