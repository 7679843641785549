import SyncCore

extension LibraryTransaction {
  /// Keeps, as conflict records, values of the hub's that a change of ours has replaced and that nobody has seen here: the
  /// row held a BLOB in their column, or the table had no such column (promise 3).
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
}
