import SyncCore

/// Recovers from a hub that was restored from an older copy (docs/protocol.md §3, a restored hub), or from
/// another hub in place of the former one. The device queues whatever it holds and the hub has lost or never
/// had. These changes have an empty base, so the hub decides by the times of edit.
extension LibraryTransaction {
  /// Replaces the log that the cursors belonged to by another one. A snapshot of it is then due, and its
  /// first part drops the positions of the old log (`leaveLostLog`).
  func join(log: LogID) throws {
    guard try SyncState.log.read(database) != .text(log.rawValue) else { return }
    try SyncState.log.write(.text(log.rawValue), database)
    try SyncState.pulled.write(.integer(0), database)
    try StoredLogCheckpoint.replace(with: nil, database)
    // The quarantined entries stay, but their numbers belong to the old log and mean other entries in this
    // one.
    try database.run("UPDATE mediasync_quarantine SET number = NULL WHERE direction = 'pull'")
    let start = LogCheckpoint(position: .start, chain: ChainValue(rawValue: ""))
    try StoredSnapshotProgress.write(
      SnapshotProgress(reason: .joined, start: start, after: nil, rows: 0, requeued: 0), database)
  }

  /// Drops the positions of the lost log, which mean nothing in this one. Queues the parked documents for the
  /// hub, whose answers settle their rows.
  func leaveLostLog() throws {
    try releaseHold()
    try database.run("DELETE FROM mediasync_notes")
    try database.run("DELETE FROM mediasync_answered")
    try StoredLogCheckpoint.replace(with: nil, database)
    for document in try parked.all() {
      try parked.release(document.row)
      try notes.markUnapplied(document.row)
      guard try !isPending(document.row) else { continue }
      if catalogue[document.row.entity]?.kind == .link {
        guard let shape = catalogue[document.row.entity] else { continue }
        try requeueLink(
          document.row, shape, stands: document.document[BookkeepingColumn.linked] != .integer(0),
          timestamp: document.serverTimestamp, base: .start)
      } else {
        try requeue(document.row, held: document.document, base: .start)
      }
    }
  }

  /// Drops aliases that contradict the snapshot. If the hub has a row under a name that is an alias here, the
  /// log that merged it is lost.
  func dropContradicted(_ rows: ArraySlice<SnapshotPiece.Row>) throws {
    guard !aliases.isEmpty else { return }
    for row in rows {
      guard case .state(.entry(let entry)) = row, catalogue[entry.row.entity]?.kind == .row else { continue }
      try aliases.remove(entry.row, database)
    }
  }

  /// Applies the restored hub's state of a row, or queues the row if it differs here.
  ///
  /// - Returns: whether the row was queued.
  func applyAfterRestore(
    _ entry: Entry, _ row: RowName, _ document: Document, _ applied: inout PageResult
  ) throws -> Bool {
    let isPending = try isPending(row)
    if isPending {
      // The answer decides. The positions that we know of the row mean nothing in this log.
      try notes.noteUnlessNoted(row, at: .start)
      applied.skipped += 1
    }
    guard let layout = writer.layout(of: row.entity) else { return false }
    if layout.shape.kind == .link {
      // A pending change says everything about a link.
      if isPending { return false }
      if try requeueLink(row, layout.shape, unlessStands: document[BookkeepingColumn.linked] != .integer(0)) {
        return true
      }
    } else if let local = try LocalRow.read(row, layout, database),
      try !local.document.holdsTheSame(
        as: document.only(document.columns.map(\.name).filter(layout.travelling.contains)),
        besides: [BookkeepingColumn.version, BookkeepingColumn.lastModified]
          + columnsToLeaveOut(of: row, showing: local, layout))
    {
      // Queue the row even if changes are pending: they may contain one column, and the answer would replace
      // the others, which the hub has lost.
      return try requeue(row, base: .start)
    }
    if isPending { return false }
    try applyState(of: entry, row, document, standsAt: .start, &applied)
    return false
  }

  /// Queues a link's state if the hub has another. That a link is not here proves nothing by itself, but an
  /// unlink in this device's log does.
  private func requeueLink(
    _ row: RowName, _ shape: EntityShape, unlessStands standsAtHub: Bool
  ) throws -> Bool {
    let standsHere = try linkStands(row, shape)
    guard standsHere != standsAtHub else { return false }
    if standsHere { return try requeue(row, base: .start) }
    guard let logged = try lastLogged(row), logged.isUnlink else { return false }
    try requeueLink(row, shape, stands: false, timestamp: logged.timestamp, base: .start)
    return true
  }

  /// Queues the rows of this library that lie between two names in the snapshot's order and that the snapshot
  /// did not name. Returns how many.
  func requeueLost(after: RowName?, through last: RowName?, named: Set<RowName>) throws -> Int {
    let begin = after.flatMap { catalogue.places[$0.entity] } ?? 0
    let end = last.flatMap { catalogue.places[$0.entity] } ?? catalogue.shapes.count - 1
    guard begin <= end else { return 0 }
    var count = 0
    for place in begin...end {
      let shape = catalogue.shapes[place]
      let lower = after.flatMap { $0.entity == shape.name ? $0.uuid : nil }
      let upper = last.flatMap { $0.entity == shape.name ? $0.uuid : nil }
      for uuid in try names(of: shape, above: lower, upTo: upper) {
        let row = RowName(shape.name, uuid)
        guard !named.contains(row), try !waitsWhole(row, shape) else { continue }
        if try requeue(row, base: .start) { count += 1 }
      }
    }
    return count
  }

  /// Whether the pending changes contain the whole row. A change of one column does not: the answer to it
  /// would replace the other columns with what another device has queued by then.
  func waitsWhole(_ row: RowName, _ shape: EntityShape) throws -> Bool {
    guard try isPending(row) else { return false }
    return try shape.kind == .link || pendingCreations.get().contains(row)
  }

  /// The names of this library's rows of an entity, in the snapshot's order, which is by bytes.
  private func names(of shape: EntityShape, above lower: String?, upTo upper: String?) throws -> [String] {
    let source =
      shape.kind == .row
      ? "SELECT uuid AS name FROM \(quoted(shape.name))"
      : """
      SELECT p0.uuid || '_' || p1.uuid AS name FROM \(quoted(shape.name)) l
      JOIN \(quoted(shape.parents[0].entity)) p0 ON p0.id = l.\(quoted(shape.parents[0].column))
      JOIN \(quoted(shape.parents[1].entity)) p1 ON p1.id = l.\(quoted(shape.parents[1].column))
      """
    let statement = try database.prepared(
      "SELECT name FROM (\(source)) WHERE (?1 IS NULL OR name > ?1) AND (?2 IS NULL OR name <= ?2) ORDER BY name"
    )
    statement.bind(1, lower)
    statement.bind(2, upper)
    var names: [String] = []
    while try statement.step() { names.append(statement.text(0)) }
    return names
  }
}
