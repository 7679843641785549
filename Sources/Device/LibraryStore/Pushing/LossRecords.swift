import SyncCore

/// Stores values that this device has lost as conflict records (docs/promises.md, promise 3).
extension LibraryTransaction {
  /// Stores, as conflict records, values of the hub that our change has replaced and that nobody has seen
  /// here: the row held a BLOB in their column, or the table had no such column (docs/promises.md, promise
  /// 3).
  ///
  /// - Returns: how many records were made.
  func keepUnseen(_ row: RowName, _ change: PushedChange, _ answer: Answer) throws -> Int {
    guard !writer.unstored.isEmpty, answer.outcome != .rejected else { return 0 }
    let lost = answer.lost ?? []
    let replaced = try writer.unstored.values(of: row).filter { kept in
      guard kept.obstacle != .otherValue, !kept.value.isNull, !lost.contains(kept.column),
        let sent = change.entry.payload[kept.column]
      else { return false }
      return !sent.isSame(as: kept.value)
    }
    guard !replaced.isEmpty else { return 0 }
    let isKept = try conflicts.add(
      row, losing: Document(replaced.map { ($0.column, $0.value) }),
      document: answer.document ?? change.entry.payload, change: ChangeID(change.entry.changeID),
      position: answer.at, winner: change.entry.clientID, decided: answer.serverTimestamp)
    return isKept ? 1 : 0
  }

  /// Stores, as conflict records, values that the row lost to entries that this device does not read.
  ///
  /// - Parameter decided: returns when the entry at a position was decided.
  /// - Returns: how many records are new.
  func keep(
    _ owed: [AnswerLoss], _ row: RowName, _ document: Document, decided: (Position) -> String?
  ) throws -> Int {
    var kept = 0
    for loss in owed {
      let isKept = try conflicts.add(
        row, losing: loss.lost, document: document, change: nil, position: loss.at, winner: loss.clientID,
        decided: decided(loss.at))
      if isKept { kept += 1 }
    }
    return kept
  }

  /// Stores, as a conflict record, a value of this device that its own change has replaced: an earlier
  /// incarnation wrote it and this one never showed it to anyone, or another of our rows held it.
  func recordTaken(
    _ row: RowName, _ document: Document, _ answer: Answer, _ result: inout PushResult
  ) throws {
    guard let taken = answer.taken else { return }
    let isKept = try conflicts.add(
      row, losing: taken, document: document, change: nil, position: answer.at, winner: nil,
      decided: answer.serverTimestamp)
    if isKept { result.conflicts += 1 }
  }

  /// Stores the values of ours that the answer replaces (docs/promises.md, promise 3).
  func recordLoss(
    _ row: RowName, _ change: PushedChange, _ answer: Answer, isRequeued: Bool,
    _ result: inout PushResult
  ) throws {
    guard let document = answer.document else { return }
    // The log's entries report these losses as well, and find these records again.
    result.conflicts += try keep(answer.owed, row, document) { _ in answer.serverTimestamp }
    try recordTaken(row, document, answer, &result)
    var lost = answer.lost ?? []
    // The key is not lost: the row's next change sends it.
    if isRequeued { lost.removeAll { isKeyColumn($0, of: row) } }
    guard !lost.isEmpty else { return }
    var mine = change.entry.payload.only(lost)
    // A partial payload may contain one column of a unit; the row holds the others.
    let unspoken = lost.filter { mine[$0] == nil }
    if !unspoken.isEmpty, let present = try presentDocument(row) {
      mine = mine.overlaid(with: present.only(unspoken))
    }
    // If the hub does not name the winner, it is the last one to change the row, unless that was this very
    // change.
    let last = document[BookkeepingColumn.clientID]?.text
    let winner = answer.lostTo ?? (last == change.entry.clientID ? nil : last)
    let isKept = try conflicts.add(
      row, losing: mine, document: document, change: ChangeID(change.entry.changeID), position: answer.at,
      winner: winner, decided: answer.serverTimestamp)
    if isKept { result.conflicts += 1 }
  }
}
