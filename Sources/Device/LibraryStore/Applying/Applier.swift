import SyncCore

extension LibraryTransaction {
  /// Applies entries of a layer-2 hub: whole documents, in the hub's order (docs/protocol.md §3, rules 1, 2
  /// and 7). Moves the pulled cursor to `cursor`.
  func apply(_ entries: ArraySlice<ReceivedEntry>, cursorAfter cursor: Position) throws -> PageResult {
    var applied = PageResult()
    var index = FullTextIndex(database, catalogue: catalogue)
    // A row without a note is at the cursor: entries at or before the cursor are old (rule 2).
    let present = try SyncState.pulledCursor(database)
    let new = entries.filter { $0.changeID.map { Position($0) > present } ?? true }
    applied.skipped += entries.count - new.count
    let readable = try understood(new[...], &index, &applied)
    try index.remove()
    for (entry, row, document) in readable {
      // The pull goes in order, so the row's position is just before its entry.
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

  /// The entries of a slice that can be applied. Adds their rows to the full-text batch, and quarantines the
  /// other entries.
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

  /// The row and document of an entry, under the hub's names; `nil` if the entry was quarantined.
  func understood(_ entry: Entry) throws -> (RowName, Document)? {
    switch read(entry) {
    case .success(let read): return read
    case .failure(let defect):
      try quarantine.add(.pull, entry, code: defect.code, reason: defect.reason)
      return nil
    }
  }

  /// The row and document of an entry, under the hub's names, or what is wrong with it.
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

  /// Applies the hub's state of a row at the entry's position (rules 1, 2 and 7).
  ///
  /// - Parameters:
  ///   - before: the row's position as long as the state is not applied.
  ///   - bringsBack: whether a row that vanished here comes back. The log brings only its newest state,
  ///     without its children; a snapshot and a repair bring all of them.
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

  /// Keeps our values that the entry's change took from the row, whether the entry is applied here or not:
  /// the hub sends them only once, and the cursor passes the entry in this transaction (promise 3).
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

  /// Moves the pulled cursor, which never goes back. If the file was replaced while a page was on its way,
  /// nothing of the page counts, and the next cycle asks from the library's own cursor.
  ///
  /// - Throws: `DatabaseError` with code `abort` if `cursor` is before the present cursor.
  func moveCursor(to cursor: Position) throws {
    let present = try SyncState.pulledCursor(database)
    guard cursor >= present else {
      throw DatabaseError(
        resultCode: .abort, message: "the pulled cursor never moves back: \(present) to \(cursor)")
    }
    try SyncState.pulled.write(.integer(cursor.rawValue), database)
    try dropAccepted(through: cursor)
  }

  /// Rule 8: drops the notes that the cursor has passed and whose rows have no unacknowledged change and
  /// nothing parked.
  func dropPassedNotes(cursor: Position) throws {
    try notes.dropPassed(cursor: cursor) { row in
      let isParked = try parked.position(of: row) != nil
      return try isParked || isPending(aliases.canonical(row))
    }
  }
}

/// Why an entry from the hub cannot be applied.
struct EntryDefect: Error {
  /// The code of its quarantine record.
  var code: String
  var reason: String
}
