import SyncCore

/// `GET /rows`: rows by name (docs/protocol.md §4, Rows).
package struct RowsRequest: Hashable, Sendable {
  /// The path below the base URL.
  package static let path = "/rows"
  /// The most rows in one request.
  package static let rowsMax = 500

  /// The asking device.
  package var device: DeviceID?
  /// The log that the device is in step with.
  package var logID: LogID?
  /// The rows, under any name that they have ever had.
  package var rows: [RowName]

  /// Takes every parameter.
  package init(device: DeviceID?, logID: LogID?, rows: [RowName]) {
    self.device = device
    self.logID = logID
    self.rows = rows
  }

  /// The query items, not yet percent-encoded. An entity is named once for the rows that follow it.
  package var query: [HubRequest.QueryItem] {
    var items: [HubRequest.QueryItem] = []
    if let device { items.append(.init("device_id", device.rawValue)) }
    if let logID { items.append(.init("log_id", logID.rawValue)) }
    var entity: String?
    for row in rows {
      if row.entity != entity { items.append(.init("entity", row.entity)) }
      entity = row.entity
      items.append(.init("uuid", row.uuid))
    }
    return items
  }

  /// Parses a request from its query.
  package init(query items: [HubRequest.QueryItem]) throws(WireError) {
    let query = try RequestQuery(items, of: Self.path, repeatable: ["entity", "uuid"])
    device = query.device
    logID = query.logID
    rows = []
    var entity: String?
    for item in items {
      switch item.name {
      case "entity": entity = item.value
      case "uuid":
        guard let entity, !entity.isEmpty, !item.value.isEmpty else {
          throw WireError("/rows: a uuid has no entity before it")
        }
        guard rows.count < Self.rowsMax else { throw WireError("/rows: more than \(Self.rowsMax) rows") }
        rows.append(RowName(entity, item.value))
      default: break
      }
    }
    guard !rows.isEmpty else { throw WireError("/rows: no row is named") }
  }

  /// The request to send.
  package var request: HubRequest { HubRequest(method: .get, path: Self.path, query: query) }
}

/// The requested rows. If they would make the reply too large, the hub omits the last ones: they are neither
/// found nor unknown, and the client asks for them again.
package struct RowsReply: Hashable, Sendable {
  /// A row that the hub holds.
  package struct Found: Hashable, Sendable {
    /// The row under its canonical name; `changeID` is its position.
    package var entry: ReceivedEntry
    /// The requested uuid, if it is an alias.
    package var asked: String?

    /// Takes both.
    package init(entry: ReceivedEntry, asked: String? = nil) {
      self.entry = entry
      self.asked = asked
    }
  }

  /// A row that the hub does not hold.
  package struct Unknown: Hashable, Sendable {
    /// The requested name.
    package var row: RowName
    /// Whether the hub has forgotten the row and keeps only its name.
    package var forgotten: Bool

    /// Takes both.
    package init(row: RowName, forgotten: Bool = false) {
      self.row = row
      self.forgotten = forgotten
    }
  }

  /// The rows that the hub holds.
  package var rows: [Found]
  /// The rows that the hub does not hold.
  package var unknown: [Unknown]
  /// The newest position in the log when the hub read the rows.
  package var latest: Position
  /// The log of these rows.
  package var logID: LogID
  /// The hub's clock.
  package var serverTime: String

  /// Takes every field as the wire has it.
  package init(rows: [Found], unknown: [Unknown], latest: Position, logID: LogID, serverTime: String) {
    self.rows = rows
    self.unknown = unknown
    self.latest = latest
    self.logID = logID
    self.serverTime = serverTime
  }

  /// The reply as JSON text. It omits malformed entries, which cannot be written.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter(capacity: 1024 * (rows.count + 1))
    writer.beginObject()
    writer.name("rows")
    writer.beginArray()
    for found in rows {
      guard case .entry(let entry) = found.entry else { continue }
      writer.beginObject()
      EntryCoding.encodeMembers(entry, into: &writer)
      if let asked = found.asked {
        writer.name("asked")
        writer.string(asked)
      }
      writer.endObject()
    }
    writer.endArray()
    Self.encode(unknown: unknown, latest: latest, logID: logID, serverTime: serverTime, into: &writer)
    writer.endObject()
    return writer.bytes
  }

  /// Writes the members that follow the rows.
  package static func encode(
    unknown: [Unknown], latest: Position, logID: LogID, serverTime: String, into writer: inout JSONWriter
  ) {
    writer.name("unknown")
    writer.beginArray()
    for missing in unknown {
      writer.beginObject()
      writer.name("entity")
      writer.string(missing.row.entity)
      writer.name("entity_uuid")
      writer.string(missing.row.uuid)
      if missing.forgotten {
        writer.name("forgotten")
        writer.bool(true)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.name("latest_change_id")
    writer.integer(latest.rawValue)
    writer.name("log_id")
    writer.string(logID.rawValue)
    writer.name("server_time")
    writer.string(serverTime)
  }

  /// Parses the reply. Rows that cannot be parsed become `.malformed`.
  package init(body: [UInt8]) throws(WireError) {
    let object = try WireError.object(in: body, of: RowsRequest.path)
    guard let found = object["rows"]?.array, let missing = object["unknown"]?.array,
      let latest = object.position("latest_change_id") ?? nil,
      let log = try object.identifier("log_id", of: "/rows")
    else { throw WireError("/rows: rows, unknown, latest_change_id or log_id is missing") }
    guard found.count + missing.count <= Self.namesMax else {
      throw WireError("/rows: more than \(Self.namesMax) rows")
    }
    rows = found.map { Found(entry: EntryCoding.decode($0), asked: $0.object?.name("asked")) }
    unknown = []
    for json in missing {
      guard let entity = json.object?.name("entity"), let uuid = json.object?.name("entity_uuid") else {
        throw WireError("/rows: an unknown row has no name")
      }
      unknown.append(
        Unknown(row: RowName(entity, uuid), forgotten: json.object?["forgotten"]?.bool ?? false))
    }
    self.latest = Position(latest)
    logID = LogID(rawValue: log)
    serverTime = object.name("server_time") ?? ""
  }

  /// The most rows that a reply may have.
  private static let namesMax = 2 * RowsRequest.rowsMax

  /// Those of the requested rows that the reply does not mention. Ask for them again.
  package func unanswered(of asked: [RowName]) -> [RowName] {
    var answered = Set(unknown.map(\.row))
    for found in rows {
      switch found.entry {
      case .entry(let entry): answered.insert(RowName(entry.row.entity, found.asked ?? entry.row.uuid))
      case .malformed(let malformed):
        if let row = malformed.row { answered.insert(RowName(row.entity, found.asked ?? row.uuid)) }
      }
    }
    return asked.filter { !answered.contains($0) }
  }
}
