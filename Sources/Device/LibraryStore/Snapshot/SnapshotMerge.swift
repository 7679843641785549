import SyncCore

extension LibraryTransaction {
  /// Begins a snapshot. Where the hub was restored, or is another, every position that we know is of a log that is gone.
  func beginSnapshot(_ reason: SnapshotReason, start: LogCheckpoint) throws {
    if reason.isConfirmed { try releaseHold() }
    if reason.isAnotherPast { try leaveLostLog() }
    try StoredSnapshotProgress.write(
      SnapshotProgress(reason: reason, start: start, after: nil, rows: 0, requeued: 0), database)
  }

  /// Takes rows of a snapshot in and moves its progress. A row is treated as an entry at the position that it stands
  /// at (protocol.md §3, rules 1, 2 and 7); one that cannot be taken in stands at the cursor, which the snapshot has
  /// not moved yet.
  func apply(_ rows: ArraySlice<SnapshotPiece.Row>, isEnd: Bool) throws -> (PageResult, SnapshotProgress) {
    guard var progress = try StoredSnapshotProgress.read(database) else {
      throw DatabaseError(resultCode: .error, message: "no snapshot is being taken in")
    }
    var applied = PageResult()
    let isAnotherPast = progress.reason.isAnotherPast
    isExempt = progress.reason.isConfirmed
    if isAnotherPast { try dropContradicted(rows) }
    var index = FullTextIndex(database, catalogue: catalogue)
    let entries = rows.compactMap { if case .state(let entry) = $0 { entry } else { nil } }
    let readable = try understood(entries[...], &index, &applied)
    let forgotten = rows.compactMap { row -> (row: RowName, owed: [AnswerLoss])? in
      guard case .forgotten(let name, let owed) = row, catalogue[name.entity] != nil else { return nil }
      return (aliases.canonical(name), owed)
    }
    for (row, _) in forgotten { index.include(row) }
    try index.remove()
    let cursor = try SyncState.pulledCursor(database)
    let hasLogGap = try SyncState.logGap.read(database).integer == 1
    for (entry, row, document) in readable {
      try record(entry.owed, row, document, entry, &applied)
      if isAnotherPast {
        if try applyAfterRestore(entry, row, document, &applied) {
          progress.requeued += 1
          continue
        }
      } else {
        if hasLogGap, try queueEdit(row, differingFrom: document, cursor: cursor) {
          progress.requeued += 1
          continue
        }
        try keepUnlogged(row, document, entry, cursor: cursor, &applied)
        try applyState(of: entry, row, document, standsAt: cursor, &applied)
      }
      try noteBehind(progress.start.position, row, at: Position(entry.changeID))
    }
    for (row, owed) in forgotten {
      try record(owed, row, Document(), nil, &applied)
      if try forget(row, isAnotherPast: isAnotherPast) { progress.requeued += 1 }
    }
    try index.add()
    let last = rows.last(where: { $0.name.map { catalogue[$0.entity] != nil } ?? false })?.name
    if isAnotherPast {
      let named = Set(rows.compactMap(\.name).map { aliases.canonical($0) })
      progress.requeued += try requeueLost(after: progress.after, through: isEnd ? nil : last, named: named)
    }
    progress.after = last ?? progress.after
    progress.rows += rows.count
    try StoredSnapshotProgress.write(isEnd ? nil : progress, database)
    if isEnd { try endSnapshot(at: progress.start) }
    applied.cursor = isEnd ? progress.start.position : cursor
    return (applied, progress)
  }

  /// Where entries of the application's log are gone, a row that says something else than the hub may have been edited:
  /// it is queued, and judged from where it stands now, because the snapshot moves the cursor.
  private func queueEdit(_ row: RowName, differingFrom document: Document, cursor: Position) throws -> Bool {
    guard let layout = writer.layout(of: row.entity), layout.shape.kind == .row,
      let local = try localState(row, layout),
      try queueEdit(row, local, differingFrom: document, layout)
    else { return false }
    try notes.noteUnlessNoted(row, at: cursor)
    return true
  }

  /// Keeps what the log took from us where we no longer read it: the snapshot tells it in the place of its entries, and
  /// the hub lets go of it once the log is pulled from behind it (promise 3).
  private func record(
    _ owed: [AnswerLoss], _ row: RowName, _ document: Document, _ entry: Entry?, _ applied: inout PageResult
  ) throws {
    applied.conflicts += try keep(owed, row, document) { at in
      // When a change before the row's last was decided, the snapshot does not say.
      at == entry.map { Position($0.changeID) } ? entry?.serverTimestamp : nil
    }
  }

  private func endSnapshot(at start: LogCheckpoint) throws {
    try SyncState.pulled.write(.integer(start.position.rawValue), database)
    try dropAccepted(through: start.position)
    try readOnFrom(start.position)
    try StoredLogCheckpoint.keep(start, database)
    try noteUnsentChildren()
    try unpark()
    try dropPassedNotes(cursor: start.position)
  }

  /// A state that the cursor has passed was taken in once. Where the row says something else and nothing of it waits to
  /// be answered, it was changed without an entry in the log, and the snapshot is about to say over it what the hub has.
  private func keepUnlogged(
    _ row: RowName, _ document: Document, _ entry: Entry, cursor: Position, _ applied: inout PageResult
  ) throws {
    guard Position(entry.changeID) <= cursor, let layout = writer.layout(of: row.entity),
      layout.shape.kind == .row, try !isPending(row), try parked.position(of: row) == nil,
      let local = try LocalRow.read(row, layout, database)
    else { return }
    let sides = try comparison(of: row, local, with: document, layout)
    guard !sides.isSame, let mine = sides.mine else { return }
    if try keepOverwritten(row, mine, sides.hubs, entry) { applied.conflicts += 1 }
  }

  /// The cursor comes to the snapshot's start; a row that was written behind it stands there.
  private func noteBehind(_ start: Position, _ row: RowName, at position: Position) throws {
    guard position > start, try notes.position(of: row) == nil, try parked.position(of: row) == nil else {
      return
    }
    try notes.note(row, at: position)
  }

  /// A deleted row of which the hub has only the name: everyone else has seen the deletion. True where the row was
  /// queued instead, because the hub may have lost that it was wanted again.
  func forget(_ row: RowName, isAnotherPast: Bool) throws -> Bool {
    guard let shape = catalogue[row.entity], try !isPending(row) else { return false }
    try parked.release(row)
    if shape.kind == .link {
      guard try linkStands(row, shape) else { return false }
      if isAnotherPast { return try requeue(row, base: .start) }
      guard let parts = EntityCatalogue.linkParts(of: row.uuid) else { return false }
      _ = try writer.place(
        row,
        [
          shape.parents[0].wireName: .text(parts.first), shape.parents[1].wireName: .text(parts.second),
          BookkeepingColumn.linked: .integer(0),
        ], serverTimestamp: now.description, from: ChangeSource(position: nil, client: nil))
      return false
    }
    guard let layout = writer.layout(of: row.entity),
      let document = try currentDocument(row, layout: layout),
      document[BookkeepingColumn.deleted] != .integer(1)
    else { return false }
    if isAnotherPast { return try requeue(row, base: .start) }
    _ = try writer.place(
      row, [BookkeepingColumn.deleted: .integer(1)], serverTimestamp: now.description,
      from: ChangeSource(position: nil, client: nil))
    return false
  }
}
