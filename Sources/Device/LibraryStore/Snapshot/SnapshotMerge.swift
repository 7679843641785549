import SyncCore

extension LibraryTransaction {
  /// Begins a snapshot. If the hub was restored or is another one, drops every known position: their log is
  /// gone.
  func beginSnapshot(_ reason: SnapshotReason, start: LogCheckpoint) throws {
    if reason.isConfirmed { try releaseHold() }
    if reason.isAnotherPast { try leaveLostLog() }
    try StoredSnapshotProgress.write(
      SnapshotProgress(reason: reason, start: start, after: nil, rows: 0, requeued: 0), database)
  }

  /// Applies rows of a snapshot and moves its progress. A row counts as an entry at its position
  /// (docs/protocol.md §3, rules 1, 2 and 7). A row that cannot be applied keeps the cursor as its position;
  /// the snapshot has not moved that yet.
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

  /// Queues a row that differs from the hub's, because entries of the application's log are gone and the row
  /// may have been edited. Its base is its present position, because the snapshot moves the cursor.
  private func queueEdit(_ row: RowName, differingFrom document: Document, cursor: Position) throws -> Bool {
    guard let layout = writer.layout(of: row.entity), layout.shape.kind == .row,
      let local = try localState(row, layout),
      try queueEdit(row, local, differingFrom: document, layout)
    else { return false }
    try notes.noteUnlessNoted(row, at: cursor)
    return true
  }

  /// Stores values that we lost to entries that we no longer read. The snapshot sends them in place of the
  /// entries, and the hub drops them once this device pulls the log from behind the snapshot
  /// (docs/promises.md, promise 3).
  private func record(
    _ owed: [AnswerLoss], _ row: RowName, _ document: Document, _ entry: Entry?, _ applied: inout PageResult
  ) throws {
    applied.conflicts += try keep(owed, row, document) { at in
      // The snapshot has the time of the row's last change only.
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

  /// Stores, as conflict records, values that the snapshot is about to overwrite and that were changed here
  /// without a log entry. That is so if the cursor has passed the hub's state, which was therefore applied
  /// once, and the row differs although nothing of it is pending.
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

  /// Notes the position of a row that was written behind the snapshot's start, because the cursor moves to
  /// the start.
  private func noteBehind(_ start: Position, _ row: RowName, at position: Position) throws {
    guard position > start, try notes.position(of: row) == nil, try parked.position(of: row) == nil else {
      return
    }
    try notes.note(row, at: position)
  }

  /// Deletes a row of which the hub has only the name: all other devices have seen the deletion.
  ///
  /// - Returns: whether the row was queued instead, because the hub may have lost its restoration.
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
