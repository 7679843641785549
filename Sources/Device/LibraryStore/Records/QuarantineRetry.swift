import SyncCore
import SyncWire

/// Retries quarantined entries. If the retry fails, nothing changes and the record stays.
extension LibraryTransaction {
  /// Queues the whole row of a quarantined push entry, as it is now.
  func requeueQuarantined(_ id: Int64) throws -> RecordRefusal? {
    guard let record = try quarantine.record(id), record.direction == .push else { return .unknown(id: id) }
    guard let named = record.row else { return .namesNoRow(id: id) }
    guard catalogue[named.entity] != nil else { return .unknownEntity(named.entity) }
    let row = aliases.canonical(named)
    guard try requeueAsItIs(row) else { return .rowGone(row) }
    _ = try quarantine.remove(id)
    return nil
  }

  /// Applies the hub's present state of a row. The position is the one of `entry`; the pulled cursor does not
  /// move.
  func applyQuarantined(_ id: Int64, fetched entry: Entry) throws -> RecordRefusal? {
    guard let record = try quarantine.record(id), record.direction == .pull else { return .unknown(id: id) }
    guard let shape = catalogue[entry.row.entity] else { return .unknownEntity(entry.row.entity) }
    let row = aliases.canonical(entry.row)
    guard shape.takes(entry.operation),
      let payload = shape.normalized(entry.payload, of: entry.row, operation: entry.operation)
    else { return .unreadable(id: id) }
    var document = aliases.canonical(payload, of: shape)
    if shape.kind == .row { document[BookkeepingColumn.uuid] = .text(row.uuid) }
    if let refusal = try applyDocument(row, document, entry) { return refusal }
    _ = try quarantine.remove(id)
    return nil
  }

  private func applyDocument(_ row: RowName, _ document: Document, _ entry: Entry) throws -> RecordRefusal? {
    let at = Position(entry.changeID)
    let serverTimestamp = entry.serverTimestamp ?? entry.timestamp
    if try isPending(row) { return .changedHere(row) }
    // The known state of the row is as new or newer (rules 2 and 7).
    if let noted = try notes.position(of: row), noted >= at { return nil }
    if let waiting = try parked.position(of: row), waiting >= at { return nil }
    let placement = try placeIndexed(
      row, document, serverTimestamp: serverTimestamp, from: ChangeSource(entry))
    switch placement {
    case .written, .unchanged:
      try parked.release(row)
      try notes.clearUnapplied(row)
      try notes.note(row, at: at)
    case .keyTaken, .parentMissing, .held:
      try park(
        ParkedDocument(
          row: row, position: at, document: document, serverTimestamp: serverTimestamp,
          reason: placement.reasonToWait))
      try notes.noteUnlessNoted(row, at: at.predecessor)
    case .refused(let reason): return .refusedByLibrary(row, reason: reason)
    }
    try unpark()
    try dropPassedNotes(cursor: try SyncState.pulledCursor(database))
    return nil
  }

  /// Applies the stored entry of a layer-1 server again: such a server cannot be asked for a single row.
  func reapplyQuarantined(_ id: Int64) throws -> RecordRefusal? {
    guard let record = try quarantine.record(id), record.direction == .pull else { return .unknown(id: id) }
    guard let json = try? JSONReader.read(record.entry), case .entry(let entry) = EntryCoding.decode(json)
    else { return .unreadable(id: id) }
    guard catalogue[entry.row.entity] != nil else { return .unknownEntity(entry.row.entity) }
    guard let (row, document) = try understood(entry) else { return .unreadable(id: id) }
    var index = FullTextIndex(database, catalogue: catalogue)
    var applied = PageResult()
    try index.include(row, document)
    try index.remove()
    try applyLayerOne(entry, row, document, &applied)
    try index.add()
    guard quarantine.count == 0 else {
      return .refusedByLibrary(row, reason: try quarantine.record(id)?.reason ?? record.reason)
    }
    _ = try quarantine.remove(id)
    return nil
  }
}
