import SyncCore

extension LibraryTransaction {
  /// Applies the hub's answers, one per change, in the order of the batch (docs/protocol.md §3, rule 4). The
  /// acknowledgement and all its consequences are one transaction.
  func completePush(_ batch: PushBatch, answers: [Answer]) throws -> PushResult {
    precondition(answers.count == batch.changes.count, "every pushed change has an answer")
    var result = PushResult()
    result.passedOver = batch.passedOver
    try quarantined(batch.unsendable)
    var index = FullTextIndex(database, catalogue: catalogue)
    for (change, answer) in zip(batch.changes, answers) {
      let row = aliases.canonical(change.entry.row)
      if let document = answer.document { try index.include(row, document) }
      if let canonical = answer.canonicalUUID, canonical != row.uuid {
        index.include(row)
        index.include(RowName(row.entity, canonical))
      }
    }
    try index.remove()
    try findRowsForKeys(batch, answers)
    for (change, answer) in zip(batch.changes, answers) {
      try completePush(change, answer, batch, &result)
    }
    for row in separated.values { index.include(row) }
    try followNumbers(behind: batch.last)
    try index.add()
    try acknowledge(batch)
    try dropRestated(through: batch.last)
    try dropStated(through: batch.last)
    try forgetRequeued(through: batch.last)
    // Only parked documents and notes need the pending rows.
    let isAsked = !parked.isEmpty || notes.mayHoldAny
    pendingRows = Result { isAsked ? try rowsPending(after: batch.last) : [] }
    try unpark()
    try dropPassedNotes(cursor: batch.cursor)
    return result
  }

  private func completePush(
    _ change: PushedChange, _ answer: Answer, _ batch: PushBatch, _ result: inout PushResult
  ) throws {
    var row = aliases.canonical(change.entry.row)
    if answer.outcome == .rejected {
      try reject(row, change, answer, batch, &result)
      guard answer.document != nil else { return }
    } else {
      result.accepted += 1
    }
    if separated[change.entry.row] != nil { return }
    if let canonical = answer.canonicalUUID, canonical != row.uuid {
      guard try rename(row, canonical, change, answer, batch, &result) else { return }
      row = aliases.canonical(RowName(row.entity, canonical))
    }
    if answer.outcome != .rejected {
      try noteLeftAtHub(row, change)
      try noteStated(row, change, batch)
    }
    let isRequeued = try requeueForKey(row, answer, batch)
    // Record it even for a row that is left alone: its newer change may not contain the columns that lost.
    try recordLoss(row, change, answer, isRequeued: isRequeued, &result)
    if try isRequeued || isPending(row, after: ChangeID(change.entry.changeID)) {
      var answer = answer
      if isRequeued { answer.lost = answer.lost?.filter { column in !isKeyColumn(column, of: row) } }
      if batch.sendsCurrentRows { try leaveOutLost(row, change, answer) }
      try leave(row, change, answer, batch.cursor)
      return
    }
    result.conflicts += try keepUnseen(row, change, answer)
    guard let placed = try applyDocument(row, change, answer) else { return }
    noteNumber(row, change, answer)
    if placed {
      try notes.clearUnapplied(row)
      try parked.release(row)
      try notes.note(row, at: answer.at)
      try forgetOldName(of: row)
      try forgetAnswered(of: row)
    } else {
      try notes.markUnapplied(row)
      try notes.noteUnlessNoted(row, at: batch.cursor)
    }
  }

  func isKeyColumn(_ column: String, of row: RowName) -> Bool {
    writer.layout(of: row.entity)?.uniqueIndexes.contains { $0.columns.contains { $0.name == column } }
      ?? false
  }

  /// Handles a row that the hub knows under another name. Returns `false` if this change needs nothing more.
  private func rename(
    _ row: RowName, _ canonical: String, _ change: PushedChange, _ answer: Answer, _ batch: PushBatch,
    _ result: inout PushResult
  ) throws -> Bool {
    guard let shape = catalogue[row.entity], shape.kind == .row else { return true }
    if let problem = shape.problem(in: Document(), of: RowName(row.entity, canonical)) {
      try quarantined(change, "malformed_payload", "the hub names the row \(canonical): \(problem)")
      return false
    }
    let other = RowName(row.entity, canonical)
    let bothAreHere =
      try writer.localID(row.entity, row.uuid) != nil && writer.localID(row.entity, canonical) != nil
    var decision = try decideFold(row, into: other, change, answer, batch)
    if decision == .fold, bothAreHere, try !mayGo(row, answer) { decision = .wait }
    switch decision {
    case .fold:
      // If changes of this row are pending, they send its content, from now on under the hub's name.
      let keepsOwn = try bothAreHere && batch.sendsCurrentRows && isPending(row, after: batch.last)
      // If nothing is pending, the content came from the hub itself.
      let saysMore = try !keepsOwn || isPending(other, after: batch.last)
      if bothAreHere, saysMore, try keepFolded(keepsOwn ? other : row, into: other, answer) {
        result.conflicts += 1
      }
      if keepsOwn, saysMore { try restate(other, cursor: batch.cursor) }
      try fold(row, into: canonical, keepsOwn: keepsOwn)
      result.folded += 1
      return true
    case .wait:
      // The row stays as it is until a person decides whether it may go.
      try notes.markUnapplied(row)
      try applyOther(RowName(row.entity, canonical), change, answer, batch, &result)
      return false
    case .separate:
      if try !separate(row, sentAs: change.entry.row) {
        try quarantined(
          change, "folded_twice",
          "the hub says that the row is \(canonical), which says something else here, and has said so of another before"
        )
      }
      try applyOther(RowName(row.entity, canonical), change, answer, batch, &result)
      return false
    case .refuse:
      try applyOther(RowName(row.entity, canonical), change, answer, batch, &result)
      try quarantined(
        change, "hub_too_old",
        "the hub takes the row for \(canonical), by a key that this library does not have: upgrade mediasync-hub"
      )
      return false
    }
  }

  /// Whether the brake allows the row to be merged into another row that is here.
  private func mayGo(_ row: RowName, _ answer: Answer) throws -> Bool {
    guard let layout = writer.layout(of: row.entity), let present = try currentDocument(row, layout: layout),
      !layout.shape.isDeleted(present)
    else { return true }
    return try admits(.folded, of: row, ChangeSource(answer, answer.document ?? Document()))
  }

  /// Applies an answer to another row of ours: the hub applied our change to that row. The log does not send
  /// our change back to us.
  private func applyOther(
    _ row: RowName, _ change: PushedChange, _ answer: Answer, _ batch: PushBatch,
    _ result: inout PushResult
  ) throws {
    guard let shape = catalogue[row.entity], let answered = answer.document else { return }
    try recordTaken(row, answered, answer, &result)
    guard shape.problem(in: answered, of: row) == nil,
      // If it has pending changes, their answer brings the document.
      try !isPending(row, after: ChangeID(change.entry.changeID))
    else { return }
    var document = aliases.canonical(answered, of: shape)
    document[BookkeepingColumn.uuid] = .text(row.uuid)
    if shape.kind == .row, try writer.localID(row.entity, row.uuid) == nil {
      // The row may have been deleted here for good. Its children must then be fetched.
      try noteHeld(row)
      try noteIncomplete(row, endsWithCreate: false)
    }
    switch try writer.place(
      row, document, serverTimestamp: answer.serverTimestamp, from: ChangeSource(answer, document))
    {
    case .written, .unchanged:
      try parked.release(row)
      try notes.note(row, at: answer.at)
    case let placement:
      try park(
        ParkedDocument(
          row: row, position: answer.at, document: document, serverTimestamp: answer.serverTimestamp,
          reason: placement.reasonToWait))
      try notes.noteUnlessNoted(row, at: batch.cursor)
    }
  }

  /// Finds the rows of a batch that did not get their keys because rows hold them that will release them.
  /// Such a holder has a change behind the batch, or itself waits for a key, as in a ring.
  private func findRowsForKeys(_ batch: PushBatch, _ answers: [Answer]) throws {
    guard batch.sendsCurrentRows else { return }
    let blocked = zip(batch.changes, answers).compactMap {
      change, answer -> (row: RowName, holder: RowName)? in
      guard let uuid = answer.heldBy else { return nil }
      let row = aliases.canonical(change.entry.row)
      let holder = aliases.canonical(RowName(row.entity, uuid))
      return holder == row ? nil : (row, holder)
    }
    var isLonger = !blocked.isEmpty
    while isLonger {
      isLonger = false
      for (row, holder) in blocked where !waitingForKeys.contains(row) {
        guard try waitingForKeys.contains(holder) || isPending(holder, after: batch.last) else { continue }
        waitingForKeys.insert(row)
        isLonger = true
      }
    }
  }

  /// Queues a row again if it did not get its key and the key's holder releases that by a pending change.
  /// Returns whether it did.
  private func requeueForKey(_ row: RowName, _ answer: Answer, _ batch: PushBatch) throws -> Bool {
    try dropVacated(of: row)
    guard let uuid = answer.heldBy, waitingForKeys.contains(row) else { return false }
    try noteVacated(aliases.canonical(RowName(row.entity, uuid)), for: row)
    if try !isPending(row, after: batch.last) { try requeue(row) }
    return true
  }

  /// Leaves a row with a newer local change alone, but notes the base of its next change (rules 4 and 5).
  private func leave(_ row: RowName, _ change: PushedChange, _ answer: Answer, _ cursor: Position) throws {
    if !answer.exact { try notes.markUnapplied(row) }
    // If two rows were merged, the one that was sent may not be the one that stayed (rule 6).
    let sent = RowName(row.entity, change.loggedUUID ?? change.entry.row.uuid)
    let name = try oldName(of: row)
    let isAsSent = answer.asSent && sent == name ?? row
    if answer.exact || isAsSent && name == nil, try parked.position(of: row) == nil {
      try notes.note(row, at: answer.landed)
    } else {
      try notes.noteUnlessNoted(row, at: cursor)
    }
    if isAsSent, let name { try notes.note(name, at: answer.landed) }
    if answer.exact || isAsSent {
      try forgetAnswered(of: row)
    } else if sent == name ?? row {
      try noteAnswered(ChangeID(change.entry.changeID), of: row)
    }
  }

  /// Prevents the row's next change from sending values that have lost. The row still shows them, and the hub
  /// would take them for new edits.
  private func leaveOutLost(_ row: RowName, _ change: PushedChange, _ answer: Answer) throws {
    guard let lost = answer.lost, let document = answer.document, catalogue[row.entity]?.kind == .row,
      let present = try presentDocument(row)
    else { return }
    for column in lost {
      guard let sent = change.entry.payload[column], present[column]?.isSame(as: sent) == true else {
        continue
      }
      try unstored.keep(
        UnstoredValue(
          column: column, value: document.says(column), obstacle: .otherValue, shown: present.says(column)),
        of: row)
    }
  }

  /// Makes the row what the answer says.
  ///
  /// - Returns: `false` if the document had to be parked; `nil` if the library refused it and it is now in
  ///   quarantine.
  private func applyDocument(_ row: RowName, _ change: PushedChange, _ answer: Answer) throws -> Bool? {
    guard let shape = catalogue[row.entity] else { return true }
    var document: Document
    if let answered = answer.document {
      if let problem = shape.problem(in: answered, of: row) {
        try quarantine.add(
          .push, change.entry, code: "malformed_payload", reason: "the hub's document: \(problem)")
        return nil
      }
      document = aliases.canonical(answered, of: shape)
    } else if try shape.kind == .link || notes.hasUnappliedAnswer(row) {
      // After an unlink that the application logged, the link may still exist. A row that was displaced for a
      // merge shows other keys than those it was pushed with. Make both what the hub now holds.
      document = aliases.canonical(change.entry.payload, of: shape)
      document[BookkeepingColumn.version] = shape.kind == .row ? .integer(answer.version) : nil
    } else {
      let client = change.entry.payload[BookkeepingColumn.clientID]?.text
      try writer.setVersion(row, answer.version, clientID: client ?? change.entry.clientID)
      return true
    }
    if shape.kind == .row {
      document[BookkeepingColumn.uuid] = .text(row.uuid)
      // The row was deleted for good while its change was on its way. The answer must not restore it without
      // its children.
      if change.claimsKeys, try writer.localID(row.entity, row.uuid) == nil {
        try noteLacking(row)
        return true
      }
    }
    // If the hub sends no document, this applies our own change.
    let source = answer.document == nil ? nil : ChangeSource(answer, document)
    let placement = try writer.place(row, document, serverTimestamp: answer.serverTimestamp, from: source)
    switch placement {
    case .written, .unchanged:
      try raiseNextNumber(above: row, document)
      return true
    case .keyTaken, .parentMissing, .held:
      if placement == .keyTaken, let (_, holder) = try obstacle(to: document, of: row), try isPending(holder)
      {
        try noteDistinct(holder, from: row)
      }
      try park(
        ParkedDocument(
          row: row, position: answer.at, document: document, serverTimestamp: answer.serverTimestamp,
          reason: placement.reasonToWait))
      return false
    case .refused(let reason):
      try quarantine.add(.push, change.entry, code: "refused_by_library", reason: reason)
      return nil
    }
  }

  private func quarantined(
    _ change: PushedChange, _ code: String, _ reason: String
  ) throws {
    try quarantine.add(.push, change.entry, code: code, reason: reason)
  }

  private func reject(
    _ row: RowName, _ change: PushedChange, _ answer: Answer, _ batch: PushBatch,
    _ result: inout PushResult
  ) throws {
    // A row that the hub never saw and that has vanished here has nothing to send (docs/protocol.md §1, fact
    // 7).
    let isUnknown = answer.code == "unknown_row" || answer.code == "unknown_parent"
    let isGone = try hasNothingToSay(row, change.entry.operation)
    if isUnknown, isGone {
      result.passedOver += 1
      try endUnlink(row, change)
      return
    }
    // The hub need not know a row that was sent whole.
    let isWhole = change.entry.operation == .create && answer.code == "unknown_row"
    if isUnknown, !isWhole, try requeueUnknown(row, change, behind: batch.last) { return }
    try quarantine.add(
      .push, change.entry, code: answer.code ?? "rejected",
      reason: answer.reason ?? "the hub refused it without a reason")
  }

  /// Whether nothing is left to send: the row is not here, or the link goes or has gone since, perhaps by a
  /// later change in the same batch.
  private func hasNothingToSay(_ row: RowName, _ operation: Operation) throws -> Bool {
    guard let shape = catalogue[row.entity], shape.kind == .link else {
      return try writer.localID(row.entity, row.uuid) == nil
    }
    return try operation == .unlink || !linkStands(row, shape)
  }

  /// Removes a link that still exists after the application logged its unlink: the hub has none.
  private func endUnlink(_ row: RowName, _ change: PushedChange) throws {
    guard let shape = catalogue[row.entity], shape.kind == .link, change.entry.operation == .unlink,
      try linkStands(row, shape), try !isPending(row, after: ChangeID(change.entry.changeID))
    else { return }
    var document = aliases.canonical(change.entry.payload, of: shape)
    document[BookkeepingColumn.linked] = .integer(0)
    _ = try writer.place(row, document, serverTimestamp: now.description, from: nil)
  }
}

extension ChangeSource {
  /// The change that an answer's document comes from.
  init(_ answer: Answer, _ document: Document) {
    self.init(
      position: answer.at, client: document[BookkeepingColumn.clientID]?.text, version: answer.version)
  }
}
