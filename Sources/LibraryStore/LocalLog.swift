import GRDB
import SyncCore
import SyncWire

/// The application's `sync_log` as changes that stand by themselves (protocol.md §1, facts 1 to 4 and 7).
struct LocalLog {
  let database: Database
  let catalogue: EntityCatalogue
  let layouts: [String: TableLayout]
  let aliases: Aliases

  private struct LogEntry {
    var changeID: Int64
    var row: RowName
    var operation: String
    var timestamp: String
    var clientID: String
    var version: Int64
    var payload: String
  }

  /// The next changes behind the pushed cursor.
  func nextBatch(_ limits: BatchLimits, transaction: LibraryTransaction) throws -> PushBatch {
    precondition(limits.changes > 0, "a batch holds at least one change")
    let cursor = try KeptState.pulledCursor(database)
    var batch = PushBatch(
      changes: [], loggedRows: [], unsendable: [], passedOver: 0, last: transaction.pushed, cursor: cursor,
      hasMore: false)
    var bytes = 0
    let statement = try database.prepared(
      """
      SELECT change_id, entity, entity_uuid, operation, timestamp, client_id, version, payload
      FROM sync_log WHERE change_id > ? ORDER BY change_id LIMIT ?
      """)
    statement.bind(1, transaction.pushed.rawValue)
    statement.bind(2, Int64(limits.changes) + 1)
    var logged: [LogEntry] = []
    while try statement.step() {
      let entry = LogEntry(
        changeID: statement.integer(0), row: RowName(statement.text(1), statement.text(2)),
        operation: statement.text(3), timestamp: statement.text(4), clientID: statement.text(5),
        version: statement.integer(6), payload: statement.text(7))
      let isFull =
        logged.count >= limits.changes || (!logged.isEmpty && bytes + entry.payload.utf8.count > limits.bytes)
      if isFull {
        batch.hasMore = true
        break
      }
      bytes += entry.payload.utf8.count
      logged.append(entry)
    }
    statement.reset()
    for entry in logged {
      try take(entry, into: &batch, transaction)
      batch.last = ChangeID(entry.changeID)
    }
    return batch
  }

  private func take(_ logged: LogEntry, into batch: inout PushBatch, _ transaction: LibraryTransaction) throws
  {
    func setAside(_ code: String, _ reason: String) {
      batch.unsendable.append(
        MalformedEntry(
          changeID: logged.changeID, row: logged.row, code: code, reason: reason,
          raw: String(logged.payload.prefix(65_536))))
    }
    guard let shape = catalogue[logged.row.entity] else {
      return setAside(
        "unknown_entity", "this mediasync does not know the entity \(logged.row.entity.prefix(60))")
    }
    guard let operation = Operation(rawValue: logged.operation), shape.takes(operation) else {
      return setAside("unknown_operation", "\(logged.operation.prefix(40)) cannot be done to \(shape.name)")
    }
    let payload: Document
    do { payload = logged.payload.isEmpty ? Document() : try Document(jsonText: logged.payload) } catch {
      return setAside("malformed_payload", "the log's payload cannot be read: \(error.reason)")
    }
    guard var document = shape.normalized(payload, of: logged.row, operation: operation) else {
      return setAside("malformed_payload", "the link names no two rows")
    }
    let row = aliases.canonical(logged.row)
    if shape.kind == .row {
      if operation == .create {
        guard let completed = try complete(document, of: row, shape, transaction) else {
          batch.passedOver += 1
          return
        }
        document = completed
      }
      document[BookkeepingColumn.uuid] = .text(row.uuid)
      if document[BookkeepingColumn.clientID] == nil {
        document[BookkeepingColumn.clientID] = .text(logged.clientID)
      }
    }
    document = aliases.canonical(document, of: shape)
    document = document.without(try transaction.columnsToLeaveOut(of: row))
    // A row that was folded competes with an empty base (rule 6); every other stands where it is noted, or at
    // the cursor (rule 3).
    let noted = try transaction.notes.position(of: row)
    let base = row == logged.row ? noted ?? batch.cursor : .start
    // An edit without a base may be one that was logged under an alias: the hub is told under which name.
    let isNameToldApart = row != logged.row || (base == .start && operation != .create)
    let entry = Entry(
      changeID: logged.changeID, row: row, operation: operation, timestamp: logged.timestamp,
      clientID: logged.clientID, version: logged.version, payload: document)
    batch.changes.append(
      PushedChange(
        entry: entry, base: base, whole: try transaction.notes.isUnsettled(row),
        loggedUUID: shape.kind == .row && isNameToldApart ? logged.row.uuid : nil))
    batch.loggedRows.append(logged.row)
  }

  /// A create with every column of the row: senders leave some out (fact 2). `nil` where the row has vanished and
  /// what the log holds cannot stand alone (fact 7).
  private func complete(
    _ document: Document, of row: RowName, _ shape: EntityShape, _ transaction: LibraryTransaction
  ) throws -> Document? {
    guard let layout = layouts[shape.name] else { return document }
    if let current = try transaction.currentDocument(row, layout: layout) {
      let missing = current.without(document.columns.map(\.name))
      return missing.isEmpty ? document : document.overlaid(with: missing)
    }
    let isWhole = layout.required.allSatisfy { column in document[column].map { !$0.isNull } ?? false }
    return isWhole ? document : nil
  }
}
