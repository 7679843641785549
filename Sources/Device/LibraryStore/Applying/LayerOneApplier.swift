import SyncCore

extension LibraryTransaction {
  /// Applies entries of a layer-1 server (docs/protocol.md §2). Payloads may be partial. The higher version
  /// wins. If versions are equal and the clients differ, the later write wins, and the remote one on a tie.
  /// The library stores the remote's version.
  func applyLayerOne(_ entries: ArraySlice<ReceivedEntry>, cursorAfter cursor: Position?) throws -> PageResult
  {
    var applied = PageResult()
    var index = FullTextIndex(database, catalogue: catalogue)
    let received = entries.compactMap(\.changeID).max().map { Position($0) }
    var last = max(try SyncState.pulledCursor(database), received ?? .start)
    let readable = try understood(entries, &index, &applied)
    try index.remove()
    for (entry, row, document) in readable { try applyLayerOne(entry, row, document, &applied) }
    try index.add()
    if let cursor { last = max(last, cursor) }
    try moveCursor(to: last)
    try unparkMissingParents()
    applied.cursor = last
    return applied
  }

  /// Applies one entry whose row is in the full-text batch.
  func applyLayerOne(
    _ entry: Entry, _ row: RowName, _ document: Document, _ applied: inout PageResult
  ) throws {
    var document = document
    let serverTimestamp = entry.serverTimestamp ?? entry.timestamp
    if let layout = writer.layout(of: row.entity), layout.shape.kind == .row {
      document[BookkeepingColumn.version] = .integer(entry.version)
      document[BookkeepingColumn.clientID] = .text(entry.clientID)
      document[BookkeepingColumn.lastModified] = .text(serverTimestamp)
      if let local = try currentDocument(row, layout: layout) {
        guard LayerOneRule.remoteWins(entry, over: local) else {
          applied.skipped += 1
          return
        }
        try recordLoss(row, local, document, entry, &applied)
      } else if entry.operation == .delete {
        applied.skipped += 1
        return
      }
    }
    switch try writer.place(row, document, serverTimestamp: serverTimestamp, from: ChangeSource(entry)) {
    case .written, .unchanged: applied.applied += 1
    case .keyTaken:
      try parkLayerOne(row, document, entry, .keyTaken)
      applied.parked += 1
    case .parentMissing:
      try parkLayerOne(row, document, entry, .parentMissing)
      applied.parked += 1
    case .held:
      try parkLayerOne(row, document, entry, .held)
      applied.parked += 1
    case .refused(let reason):
      try quarantine.add(
        .pull, entry, code: "refused_by_library",
        reason:
          "the row is not here and the entry does not hold all of it, or the library refuses it: \(reason)")
    }
  }

  private func recordLoss(
    _ row: RowName, _ local: Document, _ remote: Document, _ entry: Entry, _ applied: inout PageResult
  ) throws {
    guard local[BookkeepingColumn.version] == .integer(entry.version) else { return }
    // Columns that the entry does not contain keep their values.
    let contested = remote.without(BookkeepingColumn.neverMerged).columns.map(\.name).filter {
      local[$0] != nil
    }
    let isKept = try conflicts.add(
      row, losing: local.only(contested), document: remote, change: nil, position: Position(entry.changeID),
      winner: entry.clientID, decided: entry.serverTimestamp)
    if isKept { applied.conflicts += 1 }
  }

  private func parkLayerOne(
    _ row: RowName, _ document: Document, _ entry: Entry, _ reason: ParkedDocument.Reason
  ) throws {
    try park(
      ParkedDocument(
        row: row, position: Position(entry.changeID), document: document,
        serverTimestamp: entry.serverTimestamp ?? entry.timestamp, reason: reason))
  }

  /// Tries every parked document again, parents first. A layer-1 server has no row merges. So if another row
  /// shows a document's key, the document waits until that row releases the key.
  private func unparkMissingParents() throws {
    guard !parked.isEmpty else { return }
    let waiting = try parked.all().sorted {
      (catalogue.places[$0.row.entity] ?? 0, $0.position) < (
        catalogue.places[$1.row.entity] ?? 0, $1.position
      )
    }
    for document in waiting {
      var index = FullTextIndex(database, catalogue: catalogue)
      try index.include(document.row, document.document)
      try index.remove()
      let placement = try writer.place(
        document.row, document.document, serverTimestamp: document.serverTimestamp, from: document.source)
      try index.add()
      if placement == .written || placement == .unchanged { try parked.release(document.row) }
    }
  }
}

/// Decides between a layer-1 server's entry and the local row (docs/protocol.md §2).
enum LayerOneRule {
  /// Whether the remote entry wins. A newer version wins; an older one loses. An equal version of the same
  /// client loses. An equal version of another client wins if its instant is later or the same.
  static func remoteWins(_ entry: Entry, over local: Document) -> Bool {
    let version = local[BookkeepingColumn.version]?.integer ?? 0
    guard entry.version == version else { return entry.version > version }
    guard local[BookkeepingColumn.clientID]?.text != entry.clientID else { return false }
    guard let remote = Instant(entry.serverTimestamp ?? entry.timestamp) else { return false }
    guard let mine = local[BookkeepingColumn.lastModified]?.text.flatMap({ Instant($0) }) else { return true }
    return remote >= mine
  }
}
