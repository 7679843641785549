import SyncCore

/// Held changes that a person refuses (docs/decisions/0028): their rows stay, and stand as later edits.
extension LibraryTransaction {
  func refuseHeld(through asked: Position?) throws -> Result<HoldEnded, RecordRefusal> {
    let (rows, through): ([StoredHold.Row], Position)
    switch try held(through: asked) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let held): (rows, through) = held
    }
    let kept = try withWhatGoesAlong(rows)
    var queued = 0
    for held in kept {
      if try keepHere(held) { queued += 1 }
      try parked.release(held.row)
    }
    try endHold()
    try unpark()
    return .success(
      HoldEnded(isAccepted: false, through: through, rows: rows.count(where: \.counts), queued: queued))
  }

  /// The rows that count, and of the others those that would have gone with them; parents first.
  private func withWhatGoesAlong(_ rows: [StoredHold.Row]) throws -> [StoredHold.Row] {
    let going = Set(rows.filter { $0.counts && $0.removal != .emptied }.map(\.row))
    return try rows.filter { held in
      guard !held.counts, let shape = catalogue[held.row.entity] else { return held.counts }
      return try parents(of: held.row, shape).contains { going.contains($0) }
    }.sorted {
      (catalogue.places[$0.row.entity] ?? 0, $0.row.uuid) < (
        catalogue.places[$1.row.entity] ?? 0, $1.row.uuid
      )
    }
  }

  private func parents(of row: RowName, _ shape: EntityShape) throws -> [RowName] {
    if shape.kind == .link {
      guard let ends = EntityCatalogue.linkParts(of: row.uuid), shape.parents.count == 2 else { return [] }
      return zip(shape.parents, [ends.first, ends.second]).map { RowName($0.entity, $1) }
    }
    guard let layout = writer.layout(of: row.entity), let document = try currentDocument(row, layout: layout)
    else {
      return []
    }
    return shape.parents.compactMap { parent in
      document[parent.wireName]?.text.map { RowName(parent.entity, $0) }
    }
  }

  /// Queues a row whole as an edit that stands on what is refused; one that the hub has forgotten comes back by it. False
  /// where the row is not here any more, or was deleted here meanwhile.
  private func keepHere(_ held: StoredHold.Row) throws -> Bool {
    guard let layout = writer.layout(of: held.row.entity) else { return false }
    let row = held.row
    let noted = try notes.position(of: row)
    let base = max(held.source.position ?? .start, noted ?? .start)
    // A text that was typed meanwhile stands further on: by its answer the row is what the hub has.
    if layout.shape.kind == .row, let noted, let position = held.source.position, noted > position {
      return false
    }
    if layout.shape.kind == .link {
      guard try linkStands(row, layout.shape) else { return false }
      try requeueLink(row, layout.shape, stands: true, timestamp: now.description, base: base)
      return true
    }
    if held.removal == .folded { return try separate(row, sentAs: row) }
    guard let present = try currentDocument(row, layout: layout),
      present[BookkeepingColumn.deleted] != .integer(1)
    else { return false }
    try applyTheRest(of: held, present, layout)
    guard var document = try currentDocument(row, layout: layout) else { return false }
    // A layer-1 server takes only what is newer than what it has.
    let version = max(document[BookkeepingColumn.version]?.integer ?? 0, held.source.version ?? 0) + 1
    let client = try applicationClient()
    try writer.setVersion(row, version, clientID: client)
    document[BookkeepingColumn.version] = .integer(version)
    document[BookkeepingColumn.clientID] = .text(client)
    document[BookkeepingColumn.lastModified] = .text(now.description)
    try append(
      row, .create, timestamp: now.description, clientID: client, version: version, document, base: base)
    return true
  }

  /// The edit that is queued stands on the refused document. What that says besides, others have typed: it is taken in with
  /// what it takes put back. Where that cannot be, because the row was edited here meanwhile or has no room for it, it is
  /// kept as a conflict record, since the edit is about to replace it.
  private func applyTheRest(of held: StoredHold.Row, _ present: Document, _ layout: TableLayout) throws {
    guard let refused = try held.document ?? parked.document(of: held.row) else { return }
    var mended = aliases.canonical(refused, of: layout.shape)
    mended[BookkeepingColumn.uuid] = .text(held.row.uuid)
    mended[BookkeepingColumn.deleted] = present[BookkeepingColumn.deleted]
    for column in mended.columns where layout.holdsTypedText(column.name) {
      let isEmpty = column.value.isNull || column.value == .text("")
      if isEmpty, let text = present[column.name]?.text, !text.isEmpty { mended[column.name] = .text(text) }
    }
    if try !isPending(held.row), try applyDocument(mended, held) { return }
    let typed = refused.columns.map(\.name).filter {
      layout.holdsTypedText($0) && !(refused[$0]?.isNull ?? true)
    }
    _ = try conflicts.add(
      held.row, losing: refused.only(typed), document: present, change: nil,
      position: held.source.position ?? .start, winner: nil, decided: nil)
  }

  /// Makes a row that is to stay what `document` says. False where it has no room for it.
  private func applyDocument(_ document: Document, _ held: StoredHold.Row) throws -> Bool {
    let wasExempt = isExempt
    isExempt = true
    defer { isExempt = wasExempt }
    let placement = try placeIndexed(
      held.row, document, serverTimestamp: now.description, from: held.source)
    return placement == .written || placement == .unchanged
  }
}
