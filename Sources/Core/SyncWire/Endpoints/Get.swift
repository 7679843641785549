import SyncCore

/// `GET /get`: others' changes after a position (docs/protocol.md §2, and §3 Pull).
package struct GetRequest: Hashable, Sendable {
  /// The path below the base URL.
  package static let path = "/get"
  /// The most entries in one page from the hub, whatever limit the client asks for.
  package static let limitMax = 2000

  /// The asking client's layer-1 id.
  package var clientID: String
  /// The client asks for entries after this position.
  package var since: Position
  /// The parameters of layer 2; `nil` for a layer-1 server.
  package var extras: Extras?

  /// The parameters that layer 2 adds.
  package struct Extras: Hashable, Sendable {
    /// The asking device.
    package var device: DeviceID
    /// The device's current incarnation.
    package var incarnation: Incarnation
    /// The highest of the device's own change ids that it knows to be acknowledged.
    package var pushed: ChangeID
    /// The log that the cursor belongs to.
    package var logID: LogID?
    /// The chain value at `chainAt`, if the device has one.
    package var chain: ChainValue?
    /// The most entries in the page.
    package var limit: Int
    /// How long the hub may wait for something to send, in whole seconds.
    package var waitSeconds: Int
    /// The position of `chain`; `nil` for the cursor.
    package var chainAt: Position?
    /// The pulled cursor, if the device reads ahead without applying: it has applied the log up to here, but
    /// not up to `since`.
    package var held: Position?

    /// Takes every parameter.
    package init(
      device: DeviceID, incarnation: Incarnation, pushed: ChangeID, logID: LogID?, chain: ChainValue?,
      limit: Int, waitSeconds: Int, chainAt: Position? = nil, held: Position? = nil
    ) {
      self.held = held
      self.device = device
      self.incarnation = incarnation
      self.pushed = pushed
      self.logID = logID
      self.chain = chain
      self.limit = limit
      self.waitSeconds = waitSeconds
      self.chainAt = chainAt
    }
  }

  /// Takes every parameter.
  package init(clientID: String, since: Position, extras: Extras?) {
    self.clientID = clientID
    self.since = since
    self.extras = extras
  }

  /// The query items, not yet percent-encoded.
  package var query: [HubRequest.QueryItem] {
    var items: [HubRequest.QueryItem] = [
      .init("client_id", clientID), .init("since_change_id", String(since.rawValue)),
    ]
    guard let extras else { return items }
    items.append(.init("device_id", extras.device.rawValue))
    items.append(.init("incarnation", extras.incarnation.rawValue))
    items.append(.init("pushed", String(extras.pushed.rawValue)))
    items.append(.init("limit", String(extras.limit)))
    if extras.waitSeconds > 0 { items.append(.init("wait", String(extras.waitSeconds))) }
    if let log = extras.logID { items.append(.init("log_id", log.rawValue)) }
    if let chain = extras.chain { items.append(.init("chain", chain.rawValue)) }
    if let held = extras.held { items.append(.init("held", String(held.rawValue))) }
    if let chainAt = extras.chainAt { items.append(.init("chain_at", String(chainAt.rawValue))) }
    return items
  }

  /// Parses a request from its query.
  package init(query items: [HubRequest.QueryItem]) throws(WireError) {
    let query = try RequestQuery(items, of: Self.path)
    guard let client = query["client_id"] ?? query["device_id"], client.isName() else {
      throw WireError("/get: client_id is missing")
    }
    clientID = client
    since = Position(try query.number("since_change_id") ?? 0)
    guard let device = query.device, let incarnation = query.incarnation else { return }
    extras = Extras(
      device: device, incarnation: incarnation, pushed: ChangeID(try query.number("pushed") ?? 0),
      logID: query.logID, chain: query.chain,
      limit: Int(try query.number("limit", from: 1, atMost: Int64(Self.limitMax)) ?? 500),
      waitSeconds: Int(try query.number("wait", atMost: 300) ?? 0),
      chainAt: try query.number("chain_at").map { Position($0) },
      held: try query.number("held").map { Position($0) })
    guard extras?.held.map({ $0 <= since }) ?? true else {
      throw WireError("/get: held is after since_change_id")
    }
  }
}

/// A page of the log.
package struct GetReply: Hashable, Sendable {
  /// The entries in ascending order, without the asking client's own.
  package var entries: [ReceivedEntry]
  /// The newest position in the log. A layer-1 server reads it separately from the page.
  package var latest: Position
  /// The fields that layer 2 adds; `nil` from a layer-1 server.
  package var extras: Extras?

  /// The fields that layer 2 adds.
  package struct Extras: Hashable, Sendable {
    /// Whether the log has more entries after this page.
    package var hasMore: Bool
    /// The position to ask from next, so that omitted entries never stall a client.
    package var next: Position
    /// The chain value at `next`.
    package var chain: ChainValue
    /// The log of this page.
    package var logID: LogID
    /// The hub's clock.
    package var serverTime: String

    /// Takes every field as the wire has it.
    package init(hasMore: Bool, next: Position, chain: ChainValue, logID: LogID, serverTime: String) {
      self.hasMore = hasMore
      self.next = next
      self.chain = chain
      self.logID = logID
      self.serverTime = serverTime
    }
  }

  /// Takes every field as the wire has it.
  package init(entries: [ReceivedEntry], latest: Position, extras: Extras?) {
    self.entries = entries
    self.latest = latest
    self.extras = extras
  }

  /// What is wrong with a page that was requested from position `since`; `nil` if the page is usable. In
  /// layer 2, the entries must ascend from `since` to `next`, and a page with more to come must move forward.
  /// In layer 1, the newest entry must be after `since`.
  package func fault(askedFrom since: Position) -> String? {
    guard let extras else {
      guard !entries.isEmpty else { return nil }
      guard let newest = entries.compactMap(\.changeID).max() else { return "/get: no entry has a change_id" }
      return newest > since.rawValue ? nil : "/get: the page does not move forward"
    }
    guard extras.next >= since else { return "/get: next is before the requested position" }
    guard !extras.hasMore || extras.next > since else {
      return "/get: there is more, but the page does not move forward"
    }
    var last = since.rawValue
    for id in entries.compactMap(\.changeID) {
      guard id > last else { return "/get: entry \(id) comes after \(last)" }
      last = id
    }
    return last <= extras.next.rawValue ? nil : "/get: next is before the last entry"
  }

  /// The reply as JSON text. It omits malformed entries, which cannot be written.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter(capacity: 1024 * (entries.count + 1))
    writer.beginObject()
    writer.name("changes")
    writer.beginArray()
    for case .entry(let entry) in entries {
      writer.beginObject()
      EntryCoding.encodeMembers(entry, into: &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.name("latest_change_id")
    writer.integer(latest.rawValue)
    if let extras {
      writer.name("has_more")
      writer.bool(extras.hasMore)
      writer.name("next")
      writer.integer(extras.next.rawValue)
      writer.name("chain")
      writer.string(extras.chain.rawValue)
      writer.name("log_id")
      writer.string(extras.logID.rawValue)
      writer.name("server_time")
      writer.string(extras.serverTime)
    }
    writer.endObject()
    return writer.bytes
  }

  /// Parses a page. Entries that cannot be parsed become `.malformed`.
  package init(body: [UInt8]) throws(WireError) {
    let object = try WireError.object(in: body, of: "/get")
    guard let list = object["changes"]?.array, let newest = object.position("latest_change_id") ?? nil else {
      throw WireError("/get: changes or latest_change_id is missing")
    }
    guard list.count <= WireLimits.pageEntriesMax else {
      throw WireError("/get: a page with more than \(WireLimits.pageEntriesMax) entries")
    }
    entries = list.map(EntryCoding.decode)
    latest = Position(newest)
    guard let log = try object.identifier("log_id", of: "/get") else { return }
    guard let next = object.position("next") ?? nil, let hasMore = object["has_more"]?.bool,
      let chain = try object.identifier("chain", of: "/get")
    else { throw WireError("/get: next, has_more or chain is missing") }
    guard next <= newest else { throw WireError("/get: next is after the log's end") }
    extras = Extras(
      hasMore: hasMore, next: Position(next),
      chain: ChainValue(rawValue: chain),
      logID: LogID(rawValue: log), serverTime: object.name("server_time") ?? "")
  }
}
