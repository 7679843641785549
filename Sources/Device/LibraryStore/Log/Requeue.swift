import SyncCore
import SyncWire

extension LibraryTransaction {
  /// Queues a whole row again, as a new entry at the end of the application's log. So what the hub lacks or
  /// has lost is sent like every other change, and survives whatever happens before it is answered.
  ///
  /// - Parameters:
  ///   - row: the row, under the hub's name.
  ///   - held: the document to send; `nil` sends what the library has.
  ///   - base: the base of the change; `nil` keeps the row's position.
  /// - Returns: `false` if there is no such row or link.
  @discardableResult
  func requeue(_ row: RowName, held: Document? = nil, base: Position? = nil) throws -> Bool {
    guard let layout = writer.layout(of: row.entity) else { return false }
    if layout.shape.kind == .link {
      guard try linkStands(row, layout.shape) else { return false }
      try requeueLink(row, layout.shape, stands: true, timestamp: nil, base: base)
      return true
    }
    guard let document = try held ?? currentDocument(row, layout: layout) else { return false }
    let client = try document[BookkeepingColumn.clientID]?.text ?? applicationClient()
    let entry = try append(
      row, .create, timestamp: document[BookkeepingColumn.lastModified]?.text ?? now.description,
      clientID: client, version: document[BookkeepingColumn.version]?.integer ?? 1, document, base: base)
    if held != nil { try noteRestated(entry) }
    return true
  }

  /// Queues a link's state. A link has no time of its own. If `timestamp` is `nil`, uses the time of the
  /// link's last log entry, else that of its media row.
  func requeueLink(
    _ link: RowName, _ shape: EntityShape, stands: Bool, timestamp: String?, base: Position?
  ) throws {
    guard let parts = EntityCatalogue.linkParts(of: link.uuid), shape.parents.count == 2 else { return }
    let (first, second) = (shape.parents[0], shape.parents[1])
    var edited = timestamp
    if edited == nil { edited = try lastLogged(link)?.timestamp }
    if edited == nil {
      edited = try database.firstValue(
        "SELECT last_modified FROM \(quoted(first.entity)) WHERE uuid = ?", .text(parts.first))?.text
    }
    let payload: Document = [first.wireName: .text(parts.first), second.wireName: .text(parts.second)]
    try append(
      link, stands ? .link : .unlink, timestamp: edited ?? now.description, clientID: applicationClient(),
      version: 1, payload, base: base)
  }

  /// Whether a link exists in this library.
  func linkStands(_ link: RowName, _ shape: EntityShape) throws -> Bool {
    guard shape.parents.count == 2, let parts = EntityCatalogue.linkParts(of: link.uuid),
      let first = try writer.localID(shape.parents[0].entity, parts.first),
      let second = try writer.localID(shape.parents[1].entity, parts.second)
    else { return false }
    let columns = shape.parents.map { quoted($0.column) }
    return try database.hasRow(
      "SELECT 1 FROM \(quoted(shape.name)) WHERE \(columns[0]) = ? AND \(columns[1]) = ?", .integer(first),
      .integer(second))
  }

  /// Returns the last log entry of a link, under the hub's name. Reads those of all links once in a
  /// transaction: the log has no index over names, and recovery needs many.
  func lastLogged(_ link: RowName) throws -> LoggedLink? {
    if let known = loggedLinks[link.entity] { return known[link] }
    let statement = try database.prepared(
      "SELECT entity_uuid, operation, timestamp FROM sync_log WHERE entity = ? ORDER BY change_id")
    statement.bind(1, link.entity)
    var found: [RowName: LoggedLink] = [:]
    while try statement.step() {
      found[aliases.canonical(RowName(link.entity, statement.text(0)))] = LoggedLink(
        isUnlink: statement.text(1) == Operation.unlink.rawValue, timestamp: statement.text(2))
    }
    loggedLinks[link.entity] = found
    return found[link]
  }

  /// The client id under which the application logged its newest change.
  func applicationClient() throws -> String {
    let newest = try database.firstValue("SELECT client_id FROM sync_log ORDER BY change_id DESC LIMIT 1")
    return try newest?.text ?? SyncState.deviceID.read(database).text ?? "mediasync"
  }

  /// Appends an entry to the application's log and returns its change id.
  @discardableResult
  func append(
    _ row: RowName, _ operation: Operation, timestamp: String, clientID: String, version: Int64,
    _ payload: Document, base: Position?
  ) throws -> Int64 {
    let statement = try database.prepared(
      """
      INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload, change_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """)
    statement.bind(1, row.entity)
    statement.bind(2, row.uuid)
    statement.bind(3, operation.rawValue)
    statement.bind(4, timestamp)
    statement.bind(5, clientID)
    statement.bind(6, version)
    statement.bind(7, payload.jsonText)
    statement.bind(8, try changeIDToAppend().map { .integer($0) } ?? Value.null)
    try statement.run()
    let entry = database.lastInsertedRowID
    if let base { try notes.note(row, at: base) }
    if case .success(var rows) = pendingRows {
      rows.insert(row)
      pendingRows = .success(rows)
    }
    if operation == .create, case .success(var rows) = pendingCreations {
      rows.insert(row)
      pendingCreations = .success(rows)
    }
    return entry
  }
}

/// What the application's log last said of a link.
struct LoggedLink {
  var isUnlink: Bool
  var timestamp: String
}
