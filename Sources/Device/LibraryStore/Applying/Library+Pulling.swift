import SyncCore

/// Applies what the hub sends, in short transactions that also move the cursor.
extension Library {
  /// Applies a page in short transactions and moves the pulled cursor with each. If changes are held, it
  /// applies nothing and only counts what the page would take. The same holds from the first transaction that
  /// would take too much.
  package func apply(_ page: PulledPage) throws(StoreError) -> PageResult {
    let care: LogRequirement = if case .layer1 = page.rules { .sameLog } else { .noGap }
    let (isHeld, pulled, accepted) = try read {
      (
        try !SyncState.heldSince.read($0).isNull, try SyncState.pulledCursor($0),
        try SyncState.acceptedThrough.read($0).integer
      )
    }
    if isHeld { return try count(page, care) }
    if let since = page.since, since > pulled {
      // The page was requested past changes that were held until now. The next cycle asks from the cursor.
      var applied = PageResult()
      (applied.cursor, applied.skipped) = (pulled, page.entries.count)
      return applied
    }
    // Changes that a person has accepted are applied even if the changes behind them must be held.
    let boundary = accepted.map { end in page.entries.prefix { $0.changeID ?? 0 <= end }.count }
    do throws(StoreError) {
      return try inShortTransactions(
        page.entries.count, care, answering: .request(page.origin), onTooMuch: .stop, endingAt: boundary
      ) { range, isLast, transaction in
        try self.apply(page.entries[range], page.rules, isLast: isLast, transaction)
      }.applied
    } catch {
      guard case .held = error else { throw error }
      let taken = stopped
      stopped = [:]
      try write(care, answering: .request(page.origin)) { try $0.beginHold(removing: taken) }
      return try count(page, care)
    }
  }

  /// Applies a part of a snapshot, in short transactions.
  package func apply(_ piece: SnapshotPiece, reason: SnapshotReason) throws(StoreError) -> SnapshotStep {
    let origin = WriteOrigin.request(piece.origin)
    if piece.isFirst {
      try write(.gapNoted, answering: origin) { try $0.beginSnapshot(reason, start: piece.header) }
    }
    var reached: SnapshotProgress?
    let (applied, isWhole) = try inShortTransactions(piece.rows.count, .gapNoted, answering: origin) {
      range, isLast, transaction in
      let (applied, progress) = try transaction.apply(piece.rows[range], isEnd: isLast && piece.isLast)
      reached = progress
      return applied
    }
    guard let reached else { preconditionFailure("at least one transaction was run") }
    return SnapshotStep(applied: applied, progress: reached, isComplete: isWhole && piece.isLast)
  }

  private func apply(
    _ slice: ArraySlice<ReceivedEntry>, _ rules: PulledPage.Rules, isLast: Bool,
    _ transaction: LibraryTransaction
  ) throws -> PageResult {
    switch rules {
    case .layer2(let next, let chain):
      let present = try SyncState.pulledCursor(transaction.database)
      let reached = slice.compactMap(\.changeID).max().map { Position($0) } ?? present
      // The log checkpoint of the page's end also vouches for its middle, where a kill may leave the cursor.
      try StoredLogCheckpoint.keep(LogCheckpoint(position: next, chain: chain), transaction.database)
      return try transaction.apply(slice, cursorAfter: isLast ? next : max(present, reached))
    case .layer1(let proven):
      return try transaction.applyLayerOne(slice, cursorAfter: isLast ? proven : nil)
    }
  }
}
