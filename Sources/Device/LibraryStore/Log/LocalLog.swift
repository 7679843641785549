import SyncCore
import SyncWire

/// Turns the application's `sync_log` into self-contained changes (docs/protocol.md §1, facts 1 to 4 and 7).
///
/// A log entry says that a row changed; the row says what it is now. So the newest entry of a row is sent
/// with the row itself, and the row's older entries in the batch are acknowledged with it (docs/protocol.md
/// §4, Current rows).
struct LocalLog {
  let database: Database
  let catalogue: EntityCatalogue
  let layouts: [String: TableLayout]
  let aliases: Aliases

  /// Returns the next changes behind the pushed cursor. A log entry may be small and its row large: if the
  /// rows take far more bytes than a batch may hold, the batch gets fewer entries.
  func nextBatch(_ limits: BatchLimits, transaction: LibraryTransaction) throws -> PushBatch {
    precondition(limits.changes > 0, "a batch holds at least one change")
    var limits = limits
    while true {
      let (batch, entries) = try makeBatch(limits, transaction: transaction)
      if let batch { return batch }
      limits.changes = max(min(limits.changes, entries) / 2, 1)
    }
  }

  /// Makes a batch. The batch is `nil` if it would take more than twice the bytes allowed. `entries` is the
  /// number of log entries that it covers or would have covered.
  private func makeBatch(
    _ limits: BatchLimits, transaction: LibraryTransaction
  ) throws -> (batch: PushBatch?, entries: Int) {
    var bytes = 0
    let cursor = try SyncState.pulledCursor(database)
    var batch = PushBatch(
      changes: [], unsendable: [], passedOver: 0, last: transaction.pushed, cursor: cursor,
      hasMore: false)
    batch.keys = keys
    batch.sendsCurrentRows = limits.sendsCurrentRows
    let entries = try read(limits, after: transaction.pushed, &batch)
    let last = ChangeID(entries.last?.changeID ?? transaction.pushed.rawValue)
    var newest = NewestEntries()
    if limits.sendsCurrentRows {
      newest = try newestEntries(of: entries, last: last, batch, transaction)
      newest.stated = try transaction.statedRows()
    }
    let maker = PushedChangeMaker(log: self, transaction: transaction, cursor: cursor)
    var counted = 0
    for (place, entry) in entries.enumerated() {
      let row = aliases.canonical(entry.row)
      if entry.defect == nil, let found = newest.rows[row], try !transaction.isRestated(entry.changeID) {
        guard place == found.goesAt else { continue }
        if var change = try maker.current(entries[found.newest], isCreate: found.create != nil) {
          if batch.hasMore, let create = found.create, try transaction.isPending(row, after: last),
            isRekeyed(row, entries[create], change.entry.payload)
          {
            change.vacated += try transaction.rowsRekeyed(behind: last, besides: row, change.vacated)
          }
          change.earlier =
            try transaction.answeredChanges(of: row)
            + found.earlier.map { EarlierEntry(entries[$0]) }
          append(change, limits, to: &batch)
        }
      } else if try !newest.isEnough(for: entry, of: row) || transaction.isRestated(entry.changeID) {
        try append(entry, by: maker, limits, to: &batch)
      }
      guard counted < batch.changes.count else { continue }
      counted = batch.changes.count
      bytes += batch.changes[counted - 1].entry.payload.textBytes
      if bytes / 2 > limits.bytes, counted > 1, entries.count > 1 { return (nil, entries.count) }
    }
    batch.last = last
    return (batch, entries.count)
  }

  /// Whether the row has another key now than its create logged.
  private func isRekeyed(_ row: RowName, _ create: LogEntry, _ now: Document) -> Bool {
    guard let layout = layouts[row.entity],
      let logged = try? Document.withNestedAsText(jsonText: create.payload)
    else { return true }
    return layout.uniqueIndexes.flatMap(\.columns).map(\.name).contains { name in
      logged.0[name].map { !$0.isSame(as: now.says(name)) } ?? false
    }
  }

  private func append(_ change: PushedChange, _ limits: BatchLimits, to batch: inout PushBatch) {
    if let reason = OversizedChanges.reason(change, most: limits.requestBytesMax) {
      batch.unsendable.append(MalformedEntry(tooLarge: change, reason: reason))
    } else {
      batch.changes.append(change)
    }
  }

  private func append(
    _ entry: LogEntry, by maker: PushedChangeMaker, _ limits: BatchLimits, to batch: inout PushBatch
  ) throws {
    switch try maker.logged(entry) {
    case .change(let change): append(change, limits, to: &batch)
    case .nothingLeft: batch.passedOver += 1
    case .unsendable(let code, let reason):
      batch.unsendable.append(
        MalformedEntry(
          changeID: entry.changeID, row: entry.namedRow, code: code, reason: reason,
          raw: String(entry.payload.prefix(65_536))))
    }
  }

  /// Reads the batch's part of the log.
  private func read(
    _ limits: BatchLimits, after pushed: ChangeID, _ batch: inout PushBatch
  ) throws -> [LogEntry] {
    var bytes = 0
    let statement = try database.prepared(
      """
      SELECT change_id, entity, entity_uuid, operation, timestamp, client_id, version, payload
      FROM sync_log WHERE change_id > ? AND change_id <= ? ORDER BY change_id LIMIT ?
      """)
    statement.bind(1, pushed.rawValue)
    statement.bind(2, ChangeID.bound.rawValue)
    statement.bind(3, Int64(limits.changes) + 1)
    defer { statement.reset() }
    var logged: [LogEntry] = []
    while try statement.step() {
      let entry = LogEntry(statement)
      let isFull =
        logged.count >= limits.changes || (!logged.isEmpty && bytes + entry.payload.utf8.count > limits.bytes)
      if isFull {
        batch.hasMore = true
        break
      }
      bytes += entry.payload.utf8.count
      logged.append(entry)
    }
    batch.entries = logged.count
    return logged
  }

  /// The places of the newest entries of rows that are here and have entries in a batch. Links are sent as
  /// they were logged (docs/decisions/0009).
  private struct NewestEntries {
    /// The entries of one row in the batch, by their places.
    struct OfRow {
      var newest: Int
      var create: Int?
      var earlier: [Int] = []

      /// Where the batch sends the row. Other rows may refer to a row that the batch creates, so it is sent
      /// before them.
      var goesAt: Int { create ?? newest }
    }

    /// The rows whose newest entry is in the batch.
    var rows: [RowName: OfRow] = [:]
    /// The rows whose newest entry is behind the batch.
    var behind: Set<RowName> = []

    /// The rows of `behind` that were edited under an old name.
    var renamed: Set<RowName> = []
    /// The entries up to which earlier batches have sent new rows.
    var stated: [RowName: ChangeID] = [:]

    /// Whether this entry can be skipped because the row's newest entry, which lies behind the batch,
    /// suffices. That is so if the row's create sent the entry's content. It is also so if the row had
    /// another name: the hub then has the row, and the entry may describe another row that is gone.
    func isEnough(for entry: LogEntry, of row: RowName) -> Bool {
      guard entry.defect == nil, behind.contains(row), Operation(rawValue: entry.operation) != nil else {
        return false
      }
      if let stated = stated[row], stated.rawValue >= entry.changeID { return true }
      return entry.row != row || renamed.contains(row)
    }
  }

  private func newestEntries(
    of entries: [LogEntry], last: ChangeID, _ batch: PushBatch, _ transaction: LibraryTransaction
  ) throws -> NewestEntries {
    var newest = NewestEntries()
    var rows: [RowName: NewestEntries.OfRow] = [:]
    for (place, entry) in entries.enumerated() {
      guard entry.defect == nil, catalogue[entry.row.entity]?.kind == .row,
        try !transaction.isRestated(entry.changeID)
      else { continue }
      let row = aliases.canonical(entry.row)
      var found = rows[row] ?? NewestEntries.OfRow(newest: place)
      if found.newest != place { found.earlier.append(found.newest) }
      found.newest = place
      if found.create == nil, entry.operation == Operation.create.rawValue { found.create = place }
      rows[row] = found
    }
    for (row, found) in rows
    where try Operation(rawValue: entries[found.newest].operation) != nil
      && transaction.writer.localID(row.entity, row.uuid) != nil
    {
      // Send a new row as it is now in any case. By keys that it no longer has, the hub would take it for
      // another row.
      if try found.create == nil && batch.hasMore && transaction.isPending(row, after: last, asItIsNow: true)
      {
        newest.behind.insert(row)
        if try transaction.oldName(of: row) != nil { newest.renamed.insert(row) }
      } else {
        newest.rows[row] = found
      }
    }
    return newest
  }

  /// The unique keys that the library's schema declares.
  private var keys: LibraryKeys {
    .declared(layouts.mapValues { $0.uniqueIndexes.compactMap(\.key) }.filter { !$0.value.isEmpty })
  }
}

extension EarlierEntry {
  fileprivate init(_ entry: LogEntry) {
    self.init(changeID: ChangeID(entry.changeID), timestamp: entry.timestamp, version: entry.version)
  }
}
