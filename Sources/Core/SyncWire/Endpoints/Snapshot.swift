import SyncCore

/// `GET /snapshot`: every row as the hub holds it, one per line (docs/protocol.md §4, Snapshot).
package struct SnapshotRequest: Hashable, Sendable {
  /// The path below the base URL.
  package static let path = "/snapshot"
  /// The media type of the reply.
  package static let contentType = "application/x-ndjson"
  /// The most rows in one piece, whatever limit the client asks for.
  package static let limitMax = 100_000

  /// The asking device.
  package var device: DeviceID
  /// Its current incarnation.
  package var incarnation: Incarnation
  /// The log that the device is in step with; `nil` if there is none.
  package var logID: LogID?
  /// The chain value at `chainAt`, if the hub should compare its log with the device's log checkpoint.
  package var chain: ChainValue?
  /// The position of `chain`.
  package var chainAt: Position?
  /// The last row that the client received completely. The snapshot continues after it.
  package var after: RowName?
  /// The most rows in this piece; `nil` for all.
  package var limit: Int?

  /// Takes every parameter.
  package init(
    device: DeviceID, incarnation: Incarnation, logID: LogID? = nil, chain: ChainValue? = nil,
    chainAt: Position? = nil, after: RowName? = nil, limit: Int? = nil
  ) {
    self.device = device
    self.incarnation = incarnation
    self.logID = logID
    self.chain = chain
    self.chainAt = chainAt
    self.after = after
    self.limit = limit
  }

  /// The query items, not yet percent-encoded.
  package var query: [HubRequest.QueryItem] {
    var items: [HubRequest.QueryItem] = [
      .init("device_id", device.rawValue), .init("incarnation", incarnation.rawValue),
    ]
    if let logID { items.append(.init("log_id", logID.rawValue)) }
    if let chain { items.append(.init("chain", chain.rawValue)) }
    if let chainAt { items.append(.init("chain_at", String(chainAt.rawValue))) }
    if let after {
      items.append(.init("after_entity", after.entity))
      items.append(.init("after_uuid", after.uuid))
    }
    if let limit { items.append(.init("limit", String(limit))) }
    return items
  }

  /// Parses a request from its query.
  package init(query items: [HubRequest.QueryItem]) throws(WireError) {
    let query = try RequestQuery(items, of: Self.path)
    guard let device = query.device, let incarnation = query.incarnation, !incarnation.rawValue.isEmpty else {
      throw WireError("/snapshot: device_id or incarnation is missing")
    }
    self.init(
      device: device, incarnation: incarnation, logID: query.logID, chain: query.chain,
      chainAt: try query.number("chain_at").map { Position($0) },
      limit: try query.number("limit", from: 1, atMost: Int64(Self.limitMax)).map { Int($0) })
    switch (query["after_entity"], query["after_uuid"]) {
    case (let entity?, let uuid?): after = RowName(entity, uuid)
    case (nil, nil): break
    default: throw WireError("/snapshot: after_entity and after_uuid must come together")
    }
  }

  /// The request to send.
  package var request: HubRequest { HubRequest(method: .get, path: Self.path, query: query) }
}
