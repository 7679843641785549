import SyncCore
import SyncWire

/// Turns a log entry into a self-contained change: every column under its name on the wire, parents as uuids.
struct PushedChangeMaker {
  let log: LocalLog
  let transaction: LibraryTransaction
  let cursor: Position

  /// The result for an entry that is sent as it was logged.
  enum Outcome {
    case change(PushedChange)
    /// The row vanished without an entry, and the log holds too little for a self-contained change
    /// (docs/protocol.md §1, fact 7).
    case nothingLeft
    case unsendable(code: String, reason: String)
  }

  // MARK: - The row as it is now

  /// Returns the row as it is now, under its newest entry; `nil` if it is not here.
  ///
  /// - Parameter isCreate: whether the batch holds the row's create.
  func current(_ logged: LogEntry, isCreate: Bool) throws -> PushedChange? {
    let row = log.aliases.canonical(logged.row)
    guard let layout = log.layouts[row.entity],
      var document = try transaction.currentDocument(row, layout: layout)
    else { return nil }
    document = log.aliases.canonical(document, of: layout.shape)
    let isDeleted = layout.shape.isDeleted(document)
    let operation: SyncCore.Operation = isCreate ? .create : isDeleted ? .delete : .update
    if document[BookkeepingColumn.clientID] == nil {
      document[BookkeepingColumn.clientID] = .text(logged.clientID)
    }
    let name = try transaction.oldName(of: row) ?? logged.row
    var change = try change(logged, as: name, row, operation, document)
    change.isCurrent = true
    change.vacated = try transaction.vacatedRows(of: row)
    change.distinctFrom = try transaction.rowsDistinct(from: row)
    return change
  }

  // MARK: - The entry as it was logged

  /// Returns the entry as it was logged, completed if it is not self-contained.
  func logged(_ logged: LogEntry) throws -> Outcome {
    if let problem = problem(in: logged) { return problem }
    guard let shape = log.catalogue[logged.row.entity] else {
      return .unsendable(
        code: "unknown_entity",
        reason: "this mediasync does not know the entity \(logged.row.entity.prefix(60))")
    }
    guard let operation = SyncCore.Operation(rawValue: logged.operation), shape.takes(operation) else {
      return .unsendable(
        code: "unknown_operation", reason: "\(logged.operation.prefix(40)) cannot be done to \(shape.name)")
    }
    let row = log.aliases.canonical(logged.row)
    let payload: Document
    do { payload = try self.payload(of: logged, row) } catch let error as DocumentError {
      return .unsendable(
        code: "malformed_payload", reason: "the log's payload cannot be read: \(error.reason)")
    }
    guard var document = shape.normalized(payload, of: logged.row, operation: operation) else {
      return .unsendable(code: "malformed_payload", reason: "the link names no two rows")
    }
    let isRestated = try transaction.isRestated(logged.changeID)
    if shape.kind == .row {
      if operation == .create, !isRestated {
        guard let completed = try complete(document, of: row, shape) else { return .nothingLeft }
        document = completed
      }
      document[BookkeepingColumn.uuid] = .text(row.uuid)
      if document[BookkeepingColumn.clientID] == nil {
        document[BookkeepingColumn.clientID] = .text(logged.clientID)
      }
    }
    document = log.aliases.canonical(document, of: shape)
    // A row that got another name and is gone keeps the position noted under its old name.
    let isGone =
      try row == logged.row && shape.kind == .row && transaction.writer.localID(row.entity, row.uuid) == nil
    let name = try (isGone ? transaction.oldName(of: row) : nil) ?? logged.row
    var change = try change(logged, as: name, row, operation, document, isRestated: isRestated)
    change.claimsKeys = !isRestated
    return .change(change)
  }

  private func problem(in logged: LogEntry) -> Outcome? {
    if let defect = logged.defect {
      return .unsendable(code: "malformed_entry", reason: "the log's \(defect)")
    }
    switch logged.payloadDefect {
    // An update without a payload says nothing. A create is completed from the row, and a delete needs no
    // payload.
    case .null where logged.operation != SyncCore.Operation.update.rawValue: return nil
    case let defect?:
      return .unsendable(code: "malformed_payload", reason: "the log's payload is \(defect.rawValue)")
    case nil: return nil
    }
  }

  /// Returns the columns of a logged payload. If one holds an object or a list, the row's column replaces it:
  /// the application keeps such values there as JSON text. If the row is gone, the value becomes JSON text
  /// here.
  private func payload(of logged: LogEntry, _ row: RowName) throws -> Document {
    guard !logged.payload.isEmpty else { return Document() }
    let (document, nested) = try Document.withNestedAsText(jsonText: logged.payload)
    guard !nested.isEmpty, let layout = log.layouts[row.entity],
      let present = try transaction.currentDocument(row, layout: layout)
    else { return document }
    return document.overlaid(with: present.only(nested))
  }

  /// Completes a create with every column of the row, because senders leave some out (docs/protocol.md §1,
  /// fact 2). Returns `nil` if the row has vanished and the log holds too little (fact 7).
  private func complete(_ document: Document, of row: RowName, _ shape: EntityShape) throws -> Document? {
    guard let layout = log.layouts[shape.name] else { return document }
    if let current = try transaction.currentDocument(row, layout: layout) {
      let missing = current.without(document.columns.map(\.name))
      return missing.isEmpty ? document : document.overlaid(with: missing)
    }
    let isWhole = layout.required.allSatisfy { column in document[column].map { !$0.isNull } ?? false }
    return isWhole ? document : nil
  }

  private func change(
    _ logged: LogEntry, as name: RowName, _ row: RowName, _ operation: SyncCore.Operation,
    _ document: Document, isRestated: Bool = false
  ) throws -> PushedChange {
    // A merged row has an empty base (rule 6), unless its position is noted. So does the create of a row that
    // was deleted for good, because this device never received what others wrote to it since
    // (docs/decisions/0023). The base of any other row is its noted position, else the cursor (rule 3).
    let isRow = log.catalogue[row.entity]?.kind == .row
    let isGone =
      try isRow && operation == .create && transaction.writer.localID(row.entity, row.uuid) == nil
    let noted = try transaction.notes.position(of: name)
    let base = isGone ? .start : noted ?? (row == name ? cursor : .start)
    // An edit without a base may have been logged under an alias, so tell the hub that name.
    let isNameToldApart = row != name || (base == .start && operation != .create)
    let leftOut = try isRow && !isRestated ? transaction.columnsToLeaveOut(of: row) : []
    let document = document.without(leftOut)
    let entry = Entry(
      changeID: logged.changeID, row: row, operation: operation, timestamp: logged.timestamp,
      clientID: logged.clientID, version: logged.version, payload: document)
    return PushedChange(
      entry: entry, base: base, whole: try transaction.notes.hasUnappliedAnswer(row),
      loggedUUID: isRow && isNameToldApart ? name.uuid : nil)
  }
}
