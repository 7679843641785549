import SyncCore

/// The log is read on while changes are held, only to count what it takes (docs/decisions/0028).
extension Library {
  /// Counts what a page takes from live rows; the pulled cursor stays.
  func count(_ page: PulledPage, _ care: LogRequirement) throws(StoreError) -> PageResult {
    try inShortTransactions(page.entries.count, care, answering: .request(page.origin)) {
      range, isLast, transaction in
      try transaction.count(page.entries[range], page.rules, isLast: isLast)
    }.applied
  }
}

extension LibraryTransaction {
  /// Begins a hold with what a transaction that was stopped would have taken.
  func beginHold(removing stopped: [RowName: RemovedRow]) throws {
    try StoredHold.begin(now, database)
    for (row, taken) in stopped.sorted(by: {
      (catalogue.places[$0.key.entity] ?? 0) < (catalogue.places[$1.key.entity] ?? 0)
    }) {
      try hold(row, taken.removal, taken.source)
    }
  }

  /// Counts what entries behind the cursor take from the rows as they are here.
  func count(_ entries: ArraySlice<ReceivedEntry>, _ rules: PulledPage.Rules, isLast: Bool) throws
    -> PageResult
  {
    let cursor = try SyncState.pulledCursor(database)
    var applied = PageResult()
    (applied.cursor, applied.skipped) = (cursor, entries.count)
    for case .entry(let entry) in entries where Position(entry.changeID) > cursor {
      // What cannot be read takes nothing; it is set aside when its turn comes.
      guard case .success(let (row, document)) = read(entry) else { continue }
      guard try !isPending(row), try notes.position(of: row).map({ $0 < Position(entry.changeID) }) ?? true
      else {
        continue
      }
      // An answer may have brought what the row says further on.
      if let known = try StoredHold.position(of: row, database), known > Position(entry.changeID) { continue }
      if case .layer1 = rules, try !wins(entry, over: row) { continue }
      if let removal = try writer.replacement(row, document).removal {
        // The tables are as they were, so that the row counts whatever was made of it in between.
        _ = try admits(removal, of: row, ChangeSource(entry), document: document)
      } else {
        try StoredHold.remove(row, database)
      }
    }
    let reached = entries.compactMap(\.changeID).max().map { Position($0) } ?? cursor
    let end: Position
    switch rules {
    case .layer2(let next, let chain):
      try StoredLogCheckpoint.keep(LogCheckpoint(position: next, chain: chain), database)
      end = isLast ? next : reached
    case .layer1(let proven): end = max(proven ?? reached, reached)
    }
    try readOnFrom(max(end, Position(SyncState.heldRead.read(database).integer ?? 0)))
    return applied
  }

  private func wins(_ entry: Entry, over row: RowName) throws -> Bool {
    guard let layout = writer.layout(of: row.entity), layout.shape.kind == .row,
      let local = try currentDocument(row, layout: layout)
    else { return true }
    return LayerOneRule.remoteWins(entry, over: local)
  }

  /// While changes are held, the log is read on from here.
  func readOnFrom(_ position: Position) throws {
    guard try !SyncState.heldSince.read(database).isNull else { return }
    try SyncState.heldRead.write(.integer(position.rawValue), database)
  }

  /// The pulled cursor has come to where a person's acceptance ends.
  func dropAccepted(through cursor: Position) throws {
    guard let accepted = try acceptedThrough.get(), accepted <= cursor else { return }
    try SyncState.acceptedThrough.write(.null, database)
  }
}
