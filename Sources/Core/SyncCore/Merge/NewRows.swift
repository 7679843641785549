/// Judges creates: natural keys decide whether the row is new at all (docs/protocol.md §3, Natural keys).
extension ChangeEvaluation {
  func verdictOnNewRow() throws(L.Failure) -> Verdict {
    let entry = change.pushed.entry
    guard shape.kind == .link || entry.operation == .create else {
      return .rejected(
        change.row, Rejection(.unknownRow, "the hub has no \(entry.row), and this is not its create"))
    }
    for parent in shape.parents where change.payload[parent.wireName] == nil {
      return .rejected(
        change.row, Rejection(.incompleteRow, "\(entry.row) comes without its \(parent.wireName)"))
    }
    var forgotten: [String] = []
    var payload = change.payload
    for index in keys where shape.naturalKeys[index].collision == .sameThing {
      guard let holder = try holder(ofKey: index, in: change.payload) else { continue }
      if try isDistinct(holder, ofKey: index),
        let apart = shape.suffixed(payload, key: index, uuid: change.row.uuid)
      {
        payload = apart
        continue
      }
      guard try ledger.isTombstone(RowName(shape.name, holder)) else { return try folded(into: holder) }
      forgotten.append(holder)
    }
    if let holder = forgotten.first, holder != change.row.uuid { return openedAnew(as: holder) }
    for index in keys {
      guard case .sameThingUnder(let parent) = shape.naturalKeys[index].collision,
        let holder = try holder(ofKey: index, in: payload)
      else { continue }
      if try isChild(RowName(shape.name, holder), on: payload.says(parent), by: parent) {
        return try folded(into: holder)
      }
      payload = shape.suffixed(payload, key: index, uuid: change.row.uuid) ?? payload
    }
    return try numbered(payload)
  }

  /// Whether the sender has both rows; then they are two rows that want one key.
  private func isDistinct(_ holder: String, ofKey index: Int) throws(L.Failure) -> Bool {
    guard let text = shape.naturalKeys[index].text(of: change.payload) else { return false }
    return try keyHolder(KeyText(entity: shape.name, index: index, text: text), holder) == .distinct
  }

  private func holder(ofKey index: Int, in payload: Document) throws(L.Failure) -> String? {
    guard let text = shape.naturalKeys[index].text(of: payload) else { return nil }
    return try holder(of: KeyText(entity: shape.name, index: index, text: text), besides: change.row.uuid)
  }

  /// Reopens a tombstone under its own name. A tombstone still holds its keys, because devices hold the row
  /// as deleted; a create with such a key brings the row back.
  private func openedAnew(as holder: String) -> Verdict {
    var payload = change.payload
    payload[BookkeepingColumn.uuid] = .text(holder)
    var verdict = opened(with: payload)
    verdict.row = RowName(shape.name, holder)
    verdict.alias = change.pushed.entry.row
    verdict.outcome = .merged
    verdict.exact = false
    return verdict
  }

  /// Merges two names of one thing. The first name is canonical, and this one stays its alias for ever.
  private func folded(into holder: String) throws(L.Failure) -> Verdict {
    let row = RowName(shape.name, holder)
    guard let stored = try ledger.state(of: row) else { return opened(with: change.payload) }
    var verdict = try merged(into: stored, of: row)
    verdict.alias = change.pushed.entry.row
    return verdict
  }

  /// Handles two things under one number: the same content is one row, other content gets the next number.
  private func numbered(_ payload: Document) throws(L.Failure) -> Verdict {
    var candidate = payload
    var conflicts: [ColumnConflict] = []
    for index in keys {
      guard let column = shape.naturalKeys[index].numberColumn else { continue }
      if let uuid = try holder(ofKey: index, in: candidate) {
        if try isSameContent(uuid, key: index) { return try folded(into: uuid) }
        if let number = try ledger.twinNumber(of: candidate, shape, key: index) {
          var twin = candidate
          twin[column] = .integer(number)
          if let uuid = try holder(ofKey: index, in: twin), try isSameContent(uuid, key: index) {
            return try folded(into: uuid)
          }
        }
        guard let free = try nextFree(column, in: candidate, key: index) else {
          return .rejected(
            change.row,
            Rejection(.incompleteRow, "\(column) of \(change.pushed.entry.row) is no whole number"))
        }
        candidate = free
      }
      if candidate.says(column) != payload.says(column) {
        conflicts.append(
          ColumnConflict(
            losing: payload.only([column]), winning: candidate.only([column]), losingDevice: stamp.device))
      }
    }
    let suffixed = shape.naturalKeys.filter { $0.collision == .sameThing }.compactMap(\.suffixedColumn)
      .filter { payload.says($0) != change.payload.says($0) }
    if !suffixed.isEmpty {
      conflicts.append(
        ColumnConflict(
          losing: change.payload.only(suffixed), winning: payload.only(suffixed), losingDevice: stamp.device))
    }
    var verdict = opened(with: candidate)
    verdict.conflicts = conflicts
    return verdict
  }

  private func isSameContent(_ uuid: String, key index: Int) throws(L.Failure) -> Bool {
    guard let stored = try ledger.state(of: RowName(shape.name, uuid)) else { return false }
    return change.payload.saysTheSame(
      as: stored.document,
      besides: BookkeepingColumn.neverMerged + shape.naturalKeys[index].columns + shape.incidentalColumns)
  }

  /// The first state of a row.
  private func opened(with payload: Document) -> Verdict {
    var document = payload
    let version = updateBookkeeping(of: &document, after: nil)
    let isRenamed = change.isRenamed
    var verdict = Verdict(
      row: change.row, outcome: isRenamed ? .merged : .applied,
      exact: document.saysTheSame(as: change.payload, besides: BookkeepingColumn.neverMerged) && !isRenamed
        && !whole)
    let operation: Operation =
      shape.kind == .row ? .create : document.says(BookkeepingColumn.linked) == .integer(0) ? .unlink : .link
    verdict.written = .init(
      operation: operation, document: document, version: version, stamps: ColumnStamps(original: stamp),
      claimed: claims(of: document, among: keys), released: [], isNew: true)
    return verdict
  }
}
