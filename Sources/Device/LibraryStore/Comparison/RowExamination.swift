import SyncCore

extension LibraryTransaction {
  /// Compares rows whose checksums differ, document by document, and applies `repair` to those that do
  /// differ. Skips rows with unacknowledged changes and parked rows, unless the log has lost entries: then
  /// the pending changes may not be all of a row's changes.
  func examine(_ rows: [HubRow], repair: RepairAction) throws -> ExaminationResult {
    var found = ExaminationResult()
    let cursor = try SyncState.pulledCursor(database)
    var index = FullTextIndex(database, catalogue: catalogue)
    if [.fetch, .fill, .fetchChildren].contains(repair) {
      for row in rows { index.include(aliases.canonical(row.row)) }
    }
    try index.remove()
    for row in rows {
      let name = aliases.canonical(row.row)
      if try examineRenamed(name, row.state, repair, &found) { continue }
      if repair == .queueEdit {
        try queueEdit(name, row.state, cursor: cursor, &found)
        continue
      }
      let isParked = try parked.position(of: name) != nil
      // A parked document sets every column when it is applied.
      if repair == .fill || repair == .fetchChildren, isParked { continue }
      if repair == .fetchChildren {
        if case .held(let entry) = row.state { try fetchChild(name, entry, cursor: cursor, &found) }
        continue
      }
      if isParked, case .held(let entry) = row.state {
        found.waiting.append(try waiting(name, entry))
        continue
      }
      guard try !isPending(name), !isParked else {
        found.unsettled += 1
        continue
      }
      switch row.state {
      case .held(let entry): try examine(name, entry, repair, cursor: cursor, &found)
      case .forgotten: try examineTombstones(name, repair, &found)
      case .unknown: try examineUnknown(name, repair, &found)
      }
    }
    try index.add()
    try unpark()
    return found
  }

  /// Handles a row of ours that the hub knows under another name, because its answer was lost before it was
  /// applied. Only an answer merges rows, so the row is queued once more. Returns whether it is such a row.
  private func examineRenamed(
    _ row: RowName, _ state: HubRow.State, _ repair: RepairAction, _ found: inout ExaminationResult
  ) throws -> Bool {
    guard case .held(let entry) = state, let shape = catalogue[row.entity], shape.kind == .row,
      aliases.canonical(entry.row) != row, try writer.localID(row.entity, row.uuid) != nil
    else { return false }
    switch repair {
    case .fill, .fetchChildren: return true
    case .none: found.differences.append(Difference(row: row, kind: .differs))
    case .fetch, .queue, .queueEdit:
      guard try !isPending(row) else {
        found.unsettled += 1
        return true
      }
      found.differences.append(Difference(row: row, kind: .differs))
      if try requeue(row) { found.queued += 1 }
    }
    return true
  }

  /// Returns what a parked row waits for.
  private func waiting(_ row: RowName, _ entry: Entry) throws -> WaitingRow {
    let document = catalogue[row.entity].map { aliases.canonical(entry.payload, of: $0) } ?? entry.payload
    let obstacle = try obstacle(to: document, of: row)
    return WaitingRow(row: row, index: obstacle?.index.name, holder: obstacle?.holder)
  }

  private func examine(
    _ row: RowName, _ entry: Entry, _ repair: RepairAction, cursor: Position, _ found: inout ExaminationResult
  ) throws {
    guard let layout = writer.layout(of: row.entity),
      let document = try hubsDocument(of: row, entry, layout)
    else {
      found.unsettled += 1  // the hub's document is malformed
      return
    }
    guard repair != .fill else {
      if try fillIn(row, from: document, layout) { found.repaired += 1 }
      return
    }
    let local = try localState(row, layout)
    if local == nil, layout.shape.isGoneLink(document) { return }
    let sides = try comparison(of: row, local, with: document, layout)
    guard !sides.isSame else { return }
    let at = Position(entry.changeID)
    guard repair == .fetch || at <= cursor else {
      found.unsettled += 1  // changed since the checksums were computed: the next page has it
      return
    }
    found.differences.append(Difference(row: row, kind: local == nil ? .missingHere : .differs))
    guard repair == .fetch else {
      if local == nil { found.lacking += 1 }
      return
    }
    if let mine = sides.mine, layout.shape.kind != .link, try keepOverwritten(row, mine, sides.hubs, entry) {
      found.conflicts += 1
    }
    try fetch(row, entry, document, isMissing: local == nil, cursor: cursor, &found)
  }

  /// Makes the row what the hub says.
  ///
  /// - Parameter isMissing: whether the row is not here.
  func fetch(
    _ row: RowName, _ entry: Entry, _ document: Document, isMissing: Bool, cursor: Position,
    _ found: inout ExaminationResult
  ) throws {
    let at = Position(entry.changeID)
    // The row's note says that it is past this state, but its content says otherwise.
    try notes.forget(row)
    var applied = PageResult()
    try applyState(of: entry, row, document, standsAt: cursor, &applied)
    found.repaired += applied.applied
    found.unsettled += applied.parked
    if isMissing, applied.applied + applied.parked == 0 { found.lacking += 1 }
    if at > cursor, applied.applied > 0 { try notes.note(row, at: at) }
    guard isMissing, applied.applied > 0 else { return }
    try noteHeld(row)
    if let lacking = try SyncState.lacking.read(database).integer, lacking > 0 {
      try SyncState.lacking.write(.integer(lacking - 1), database)
    }
  }

  /// Returns the hub's document of a row under this library's names, or `nil` if the document is malformed.
  func hubsDocument(of row: RowName, _ entry: Entry, _ layout: TableLayout) throws -> Document? {
    guard
      let normalized = layout.shape.normalized(entry.payload, of: entry.row, operation: entry.operation),
      layout.shape.problem(in: normalized, of: entry.row) == nil
    else { return nil }
    var document = aliases.canonical(normalized, of: layout.shape)
    if layout.shape.kind == .row { document[BookkeepingColumn.uuid] = .text(row.uuid) }
    return document
  }

  /// Stores, as a conflict record, the values that a repair or a snapshot overwrites. They were changed here
  /// without a log entry, and this may be their only copy. Returns whether the record is new.
  func keepOverwritten(
    _ row: RowName, _ local: Document, _ document: Document, _ entry: Entry
  ) throws -> Bool {
    // A default in a column that is still to be compared is not a value that anyone set.
    let leftOut = try columnsToLeaveOut(of: row)
    let overwritten = local.without(BookkeepingColumn.neverMerged).without(leftOut).columns.filter {
      !$0.value.isNull && $0.value.sameText != document.says($0.name).sameText
    }
    return try conflicts.add(
      row, losing: local.only(overwritten.map(\.name)), document: document, change: nil,
      position: Position(entry.changeID),
      winner: entry.clientID, decided: entry.serverTimestamp)
  }

  private func examineTombstones(
    _ row: RowName, _ repair: RepairAction, _ found: inout ExaminationResult
  ) throws {
    guard let layout = writer.layout(of: row.entity), let local = try localState(row, layout),
      local.document[BookkeepingColumn.deleted] != .integer(1)
    else { return }
    guard repair != .fill else { return }
    found.differences.append(Difference(row: row, kind: .differs))
    guard repair == .fetch else { return }
    _ = try forget(row, isAnotherPast: false)
    found.repaired += 1
  }

  private func examineUnknown(_ row: RowName, _ repair: RepairAction, _ found: inout ExaminationResult) throws
  {
    guard repair != .fill, let layout = writer.layout(of: row.entity), let local = try localState(row, layout)
    else { return }
    // Nobody misses a row that was deleted before the hub received it. But a restored hub must know it, since
    // others may have the row.
    if repair != .queue, local.document[BookkeepingColumn.deleted] == .integer(1) { return }
    found.differences.append(Difference(row: row, kind: .missingAtHub))
    if repair == .queue, try requeue(row) { found.queued += 1 }
  }

  /// Returns this library's state of a row, or of a link that exists.
  func localState(_ row: RowName, _ layout: TableLayout) throws -> LocalRow? {
    guard layout.shape.kind == .link else { return try LocalRow.read(row, layout, database) }
    guard try linkStands(row, layout.shape), let parts = EntityCatalogue.linkParts(of: row.uuid) else {
      return nil
    }
    return LocalRow(link: [
      layout.shape.parents[0].wireName: .text(parts.first),
      layout.shape.parents[1].wireName: .text(parts.second), BookkeepingColumn.linked: .integer(1),
    ])
  }

  /// Compares the local row, if there is one, with the hub's document.
  func comparison(
    of row: RowName, _ local: LocalRow?, with document: Document, _ layout: TableLayout
  ) throws -> RowComparison {
    let kept = try local.map { try unstored.values(for: row, showing: $0, layout) } ?? Document()
    return RowComparison(local, document, layout, kept: kept)
  }
}
