import SyncCore

extension LibraryTransaction {
  /// Applies entries of a layer-2 hub: whole documents, in the hub's order (protocol.md §3, rules 1, 2 and 7).
  func apply(_ entries: ArraySlice<ReceivedEntry>, cursorAfter cursor: Position) throws -> PageResult {
    var applied = PageResult()
    var index = FullTextIndex(database, catalogue: catalogue)
    // A row that nothing is noted of stands at the cursor: what lies there or before it is old (rule 2).
    let present = try SyncState.pulledCursor(database)
    let new = entries.filter { $0.changeID.map { Position($0) > present } ?? true }
    applied.skipped += entries.count - new.count
    let readable = try understood(new[...], &index, &applied)
    try index.remove()
    for (entry, row, document) in readable {
      // Up to here the pull went in order: the row stands just before its entry.
      let before = Position(entry.changeID).predecessor
      try applyState(of: entry, row, document, standsAt: before, bringsBack: false, &applied)
    }
    try index.add()
    try moveCursor(to: cursor)
    try unpark()
    try dropPassedNotes(cursor: cursor)
    applied.cursor = cursor
    return applied
  }

  /// The entries of a slice that can be applied, their rows taken into the full-text batch; the others go into
  /// quarantine.
  func understood(
    _ entries: ArraySlice<ReceivedEntry>, _ index: inout FullTextIndex, _ applied: inout PageResult
  ) throws -> [(entry: Entry, row: RowName, document: Document)] {
    var readable: [(entry: Entry, row: RowName, document: Document)] = []
    readable.reserveCapacity(entries.count)
    for received in entries {
      switch received {
      case .malformed(let malformed):
        try quarantine.add(.pull, malformed)
      case .entry(let entry):
        guard let (row, document) = try understood(entry) else {
          continue
        }
        readable.append((entry, row, document))
        try index.include(row, document)
      }
    }
    return readable
  }

  /// The row and document that an entry speaks of, by the hub's names; `nil` where it went into quarantine.
  func understood(_ entry: Entry) throws -> (RowName, Document)? {
    switch read(entry) {
    case .success(let read): return read
    case .failure(let defect):
      try quarantine.add(.pull, entry, code: defect.code, reason: defect.reason)
      return nil
    }
  }

  /// The row and document that an entry speaks of, by the hub's names, or what is wrong with it.
  func read(_ entry: Entry) -> Result<(RowName, Document), EntryDefect> {
    guard let shape = catalogue[entry.row.entity] else {
      return .failure(
        EntryDefect(
          code: "unknown_entity",
          reason: "this mediasync does not know the entity \(entry.row.entity.prefix(60)): upgrade it"))
    }
    guard shape.takes(entry.operation) else {
      return .failure(
        EntryDefect(
          code: "unknown_operation",
          reason: "\(entry.operation.rawValue) cannot be done to \(entry.row.entity)"))
    }
    guard let document = shape.normalized(entry.payload, of: entry.row, operation: entry.operation) else {
      return .failure(EntryDefect(code: "malformed_payload", reason: "the link names no two rows"))
    }
    if let problem = shape.problem(in: document, of: entry.row) {
      return .failure(EntryDefect(code: "malformed_payload", reason: problem))
    }
    let row = aliases.canonical(entry.row)
    var named = aliases.canonical(document, of: shape)
    if shape.kind == .row, row.uuid != entry.row.uuid { named[BookkeepingColumn.uuid] = .text(row.uuid) }
    return .success((row, named))
  }

  /// Takes the state of a row in that the hub holds at the entry's position (rules 1, 2 and 7).
  ///
  /// - Parameters:
  ///   - before: where the row stands as long as it is not taken in.
  ///   - bringsBack: whether a row that vanished here comes back. The log brings its newest state alone, without the
  ///     rows that hang on it; a snapshot and a repair bring all of them.
  func applyState(
    of entry: Entry, _ row: RowName, _ document: Document, standsAt before: Position, bringsBack: Bool = true,
    _ applied: inout PageResult
  ) throws {
    let at = Position(entry.changeID)
    let serverTimestamp = entry.serverTimestamp ?? entry.timestamp
    try recordLoss(row, document, entry, &applied)
    if entry.operation == .create { try noteCreate(of: row) }
    if let parkedAt = try parked.position(of: row) {
      if at > parkedAt {
        try park(row, document, at, serverTimestamp, .keyTaken, standsAt: before)
        applied.parked += 1
      } else {
        applied.skipped += 1
      }
    } else if let noted = try notes.position(of: row), noted >= at, try !(bringsBack && isMissing(row)) {
      applied.skipped += 1
    } else if try isPending(row) {
      try notes.noteUnlessNoted(row, at: before)
      applied.skipped += 1
    } else if try !bringsBack && hasVanished(row, entry) {
      try notes.forget(row)
      try noteLacking(row)
      applied.skipped += 1
    } else {
      let placement = try writer.place(
        row, document, serverTimestamp: serverTimestamp, from: ChangeSource(entry))
      switch placement {
      case .written, .unchanged:
        try raiseNextNumber(above: row, document)
        try notes.forget(row)
        applied.applied += 1
      case .keyTaken, .parentMissing, .held:
        try park(row, document, at, serverTimestamp, placement.reasonToWait, standsAt: before)
        applied.parked += 1
      case .refused(let reason):
        try quarantine.add(.pull, entry, code: "refused_by_library", reason: reason)
      }
    }
  }

  /// Keeps the values of ours that the entry's change took from the row, whatever becomes of the entry here: the hub
  /// says so once, and the cursor passes it in this transaction (promise 3).
  private func recordLoss(
    _ row: RowName, _ document: Document, _ entry: Entry, _ applied: inout PageResult
  ) throws {
    guard let lost = entry.lost, !lost.isEmpty else { return }
    let isKept = try conflicts.add(
      row, losing: lost, document: document, change: nil, position: Position(entry.changeID),
      winner: entry.clientID, decided: entry.serverTimestamp)
    if isKept { applied.conflicts += 1 }
  }

  private func park(
    _ row: RowName, _ document: Document, _ at: Position, _ serverTimestamp: String,
    _ reason: ParkedDocument.Reason, standsAt before: Position
  ) throws {
    try park(
      ParkedDocument(
        row: row, position: at, document: document, serverTimestamp: serverTimestamp, reason: reason))
    try notes.noteUnlessNoted(row, at: before)
  }

  /// Moves the pulled cursor; it never goes back. The file may have been replaced while a page was on its way: then
  /// nothing of the page counts, and the next cycle asks from where the library stands.
  func moveCursor(to cursor: Position) throws {
    let present = try SyncState.pulledCursor(database)
    guard cursor >= present else {
      throw DatabaseError(
        resultCode: .abort, message: "the pulled cursor never moves back: \(present) to \(cursor)")
    }
    try SyncState.pulled.write(.integer(cursor.rawValue), database)
    try dropAccepted(through: cursor)
  }

  /// Rule 8: a note that the cursor has passed is dropped once its row has nothing unanswered and nothing parked.
  func dropPassedNotes(cursor: Position) throws {
    try notes.dropPassed(cursor: cursor) { row in
      let isParked = try parked.position(of: row) != nil
      return try isParked || isPending(aliases.canonical(row))
    }
  }
}

/// Why an entry of the hub's says nothing that can be taken in.
struct EntryDefect: Error {
  /// The code under which it goes into quarantine.
  var code: String
  var reason: String
}
