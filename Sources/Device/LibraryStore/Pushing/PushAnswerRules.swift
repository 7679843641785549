import SyncCore

extension LibraryTransaction {
  /// Works in the hub's answers, one per change, in the order of the batch (protocol.md §3, rule 4). The
  /// acknowledgement and everything that follows from it are one transaction.
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
    // Only parked documents and notes ask what is still pending.
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
    // Also for a row that is left alone: its newer change may not speak of the columns that lost.
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

  /// The hub knows the row under another name. False if there is nothing more to do for this change.
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
      // Changes of this row that still wait bring what it says, under the hub's name from now on.
      let keepsOwn = try bothAreHere && batch.sendsCurrentRows && isPending(row, after: batch.last)
      // What is not waiting the hub has said itself.
      let saysMore = try !keepsOwn || isPending(other, after: batch.last)
      if bothAreHere, saysMore, try keepFolded(keepsOwn ? other : row, into: other, answer) {
        result.conflicts += 1
      }
      if keepsOwn, saysMore { try restate(other, cursor: batch.cursor) }
      try fold(row, into: canonical, keepsOwn: keepsOwn)
      result.folded += 1
      return true
    case .wait:
      // The row stays as it is until a person has said whether it may go.
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

  /// Whether the brake lets a row go into another that is here.
  private func mayGo(_ row: RowName, _ answer: Answer) throws -> Bool {
    guard let layout = writer.layout(of: row.entity), let present = try currentDocument(row, layout: layout),
      !layout.shape.isDeleted(present)
    else { return true }
    return try admits(.folded, of: row, ChangeSource(answer, answer.document ?? Document()))
  }

  /// A change of ours landed in a row that is another here. The log does not bring it back to us, so the answer does.
  private func applyOther(
    _ row: RowName, _ change: PushedChange, _ answer: Answer, _ batch: PushBatch,
    _ result: inout PushResult
  ) throws {
    guard let shape = catalogue[row.entity], let answered = answer.document else { return }
    try recordTaken(row, answered, answer, &result)
    guard shape.problem(in: answered, of: row) == nil,
      // If it has changes that wait, their answer brings it.
      try !isPending(row, after: ChangeID(change.entry.changeID))
    else { return }
    var document = aliases.canonical(answered, of: shape)
    document[BookkeepingColumn.uuid] = .text(row.uuid)
    if shape.kind == .row, try writer.localID(row.entity, row.uuid) == nil {
      // It may have been deleted here for good: then what hangs on it is to be fetched.
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

  /// Finds the rows of a batch that did not get their keys because rows hold them that will give them up: by a change
  /// that waits behind the batch, or because they are themselves such rows, as in a ring.
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

  /// The row did not get its key because another row has it, and that one gives it up by a change that waits here: the
  /// row is queued again behind it. True if it is.
  private func requeueForKey(_ row: RowName, _ answer: Answer, _ batch: PushBatch) throws -> Bool {
    try dropVacated(of: row)
    guard let uuid = answer.heldBy, waitingForKeys.contains(row) else { return false }
    try noteVacated(aliases.canonical(RowName(row.entity, uuid)), for: row)
    if try !isPending(row, after: batch.last) { try requeue(row) }
    return true
  }

  /// A row with a newer local change is left alone; its next push must know what it stands on (rules 4 and 5).
  private func leave(_ row: RowName, _ change: PushedChange, _ answer: Answer, _ cursor: Position) throws {
    if !answer.exact { try notes.markUnapplied(row) }
    // What was sent may be another row than the one that stayed when two became one (rule 6).
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

  /// The row still shows values that lost. Its next change brings the row as it is now, and must not say them again as if
  /// somebody had typed them since.
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

  /// Makes the row what the answer says. False where its document had to be parked, `nil` where the library refused
  /// it and it went into quarantine.
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
      // An unlink that the application logged may have left the link standing, and a row that stepped aside for
      // a fold shows other keys than it was pushed with: both are made what the hub now holds.
      document = aliases.canonical(change.entry.payload, of: shape)
      document[BookkeepingColumn.version] = shape.kind == .row ? .integer(answer.version) : nil
    } else {
      let client = change.entry.payload[BookkeepingColumn.clientID]?.text
      try writer.setVersion(row, answer.version, clientID: client ?? change.entry.clientID)
      return true
    }
    if shape.kind == .row {
      document[BookkeepingColumn.uuid] = .text(row.uuid)
      // Deleted for good while its change was on its way: the answer does not bring it back without its children.
      if change.claimsKeys, try writer.localID(row.entity, row.uuid) == nil {
        try noteLacking(row)
        return true
      }
    }
    // Without a document of the hub's it is our own change that is made true.
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
    // A row that the hub never saw and that has vanished here has nothing left to say (fact 7).
    let isUnknown = answer.code == "unknown_row" || answer.code == "unknown_parent"
    let isGone = try hasNothingToSay(row, change.entry.operation)
    if isUnknown, isGone {
      result.passedOver += 1
      try endUnlink(row, change)
      return
    }
    // A row that came whole is not one that the hub has to know.
    let isWhole = change.entry.operation == .create && answer.code == "unknown_row"
    if isUnknown, !isWhole, try requeueUnknown(row, change, behind: batch.last) { return }
    try quarantine.add(
      .push, change.entry, code: answer.code ?? "rejected",
      reason: answer.reason ?? "the hub refused it without a reason")
  }

  /// A row that is not here; a link that goes, or that has gone since, perhaps by a later change in the same batch.
  private func hasNothingToSay(_ row: RowName, _ operation: Operation) throws -> Bool {
    guard let shape = catalogue[row.entity], shape.kind == .link else {
      return try writer.localID(row.entity, row.uuid) == nil
    }
    return try operation == .unlink || !linkStands(row, shape)
  }

  /// An unlink that the application logged may have left the link standing: the hub has none, so it goes.
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
  /// The document of an answer.
  init(_ answer: Answer, _ document: Document) {
    self.init(
      position: answer.at, client: document[BookkeepingColumn.clientID]?.text, version: answer.version)
  }
}
