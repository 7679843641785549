import SyncCore

/// `POST /send`: a device's changes. Layer 1 knows the first three fields; layer 2 adds the rest
/// (docs/protocol.md §3).
package struct SendRequest: Sendable {
  /// The path below the base URL.
  package static let path = "/send"

  /// The sender's layer-1 id.
  package var clientID: String
  /// The position that the sender has pulled up to.
  package var lastProcessed: Position
  /// Layer 2: the device, its incarnation, and its clock when it sent.
  package var device: Device?
  /// The changes, in the order of the device's log.
  package var changes: [PushedChange]
  /// Changes that could not be parsed (hub side only), in their order.
  package var malformed: [MalformedEntry] = []
  /// The chain value at `chainAt`, if the sender has one.
  package var chain: ChainValue?
  /// The position of `chain`; `nil` for `lastProcessed`.
  package var chainAt: Position?
  /// The unique keys of the sender's library.
  package var keys: LibraryKeys = .assumed
  /// The highest of its own change ids that the sender knows to be answered; `nil` if it does not say.
  package var pushed: ChangeID?
  /// Whether the changes name the older entries that go with them.
  package var namesEarlier = false

  /// The sender in layer 2.
  package struct Device: Hashable, Sendable {
    /// The device.
    package var id: DeviceID
    /// Its current incarnation.
    package var incarnation: Incarnation
    /// Its clock when it sent, so that the hub can correct edit times.
    package var sentAt: String

    /// Takes the device, its incarnation and its clock.
    package init(id: DeviceID, incarnation: Incarnation, sentAt: String) {
      self.id = id
      self.incarnation = incarnation
      self.sentAt = sentAt
    }
  }

  /// Takes every field as the wire has it.
  package init(
    clientID: String, lastProcessed: Position, device: Device?, changes: [PushedChange],
    chain: ChainValue? = nil, chainAt: Position? = nil, keys: LibraryKeys = .assumed,
    pushed: ChangeID? = nil
  ) {
    self.pushed = pushed
    namesEarlier = pushed != nil
    self.clientID = clientID
    self.lastProcessed = lastProcessed
    self.device = device
    self.changes = changes
    self.chain = chain
    self.chainAt = chainAt
    self.keys = keys
  }

  /// The request as JSON text. Without a device it is pure layer 1.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter(capacity: 1024 * (changes.count + 1))
    writer.beginObject()
    writer.name("client_id")
    writer.string(clientID)
    writer.name("last_processed_server_id")
    writer.integer(lastProcessed.rawValue)
    if let device {
      writer.name("device_id")
      writer.string(device.id.rawValue)
      writer.name("incarnation")
      writer.string(device.incarnation.rawValue)
      writer.name("sent_at")
      writer.string(device.sentAt)
      if let chain {
        writer.name("chain")
        writer.string(chain.rawValue)
      }
      if let chainAt {
        writer.name("chain_at")
        writer.integer(chainAt.rawValue)
      }
      KeysCoding.encode(keys, into: &writer)
      if let pushed {
        writer.name("pushed")
        writer.integer(pushed.rawValue)
      }
      if namesEarlier {
        writer.name("earlier")
        writer.bool(true)
      }
    }
    writer.name("changes")
    writer.beginArray()
    for change in changes {
      writer.beginObject()
      EntryCoding.encodeMembers(change.entry, into: &writer)
      if device != nil { Self.encodeLayer2(change, into: &writer) }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  private static func encodeLayer2(_ change: PushedChange, into writer: inout JSONWriter) {
    writer.name("base")
    writer.integer(change.base.rawValue)
    writer.name("whole")
    writer.bool(change.whole)
    if let logged = change.loggedUUID {
      writer.name("logged_uuid")
      writer.string(logged)
    }
    if change.isCurrent {
      writer.name("current")
      writer.bool(true)
    }
    if !change.claimsKeys {
      writer.name("claims")
      writer.bool(false)
    }
    if !change.earlier.isEmpty {
      writer.name("earlier")
      writer.beginArray()
      for entry in change.earlier {
        writer.beginArray()
        writer.integer(entry.changeID.rawValue)
        writer.string(entry.timestamp)
        writer.integer(entry.version)
        writer.endArray()
      }
      writer.endArray()
    }
    for (name, rows) in [("vacated", change.vacated), ("distinct_from", change.distinctFrom)]
    where !rows.isEmpty {
      writer.name(name)
      writer.beginArray()
      for uuid in rows { writer.string(uuid) }
      writer.endArray()
    }
  }

  private static func rows(_ name: String, _ object: JSONObject?) -> [String] {
    (object?[name]?.array ?? []).prefix(WireLimits.vacatedMax).compactMap(\.string).filter { $0.isName() }
  }

  private static func earlier(_ object: JSONObject?) -> [EarlierEntry] {
    (object?["earlier"]?.array ?? []).prefix(WireLimits.earlierMax).compactMap { value in
      guard let parts = value.array, parts.count == 3, let id = parts[0].integer,
        let version = parts[2].integer,
        WireLimits.position.contains(id), WireLimits.version.contains(version),
        let timestamp = parts[1].string, timestamp.isName()
      else { return nil }
      return EarlierEntry(changeID: ChangeID(id), timestamp: timestamp, version: version)
    }
  }

  private static func change(_ entry: Entry, _ object: JSONObject?) throws(WireError) -> PushedChange {
    var change = PushedChange(
      entry: entry, base: try object?.position("base", default: 0, of: "/send") ?? .start,
      whole: object?["whole"]?.bool ?? false, loggedUUID: object?.name("logged_uuid"),
      isCurrent: object?["current"]?.bool ?? false,
      vacated: rows("vacated", object), distinctFrom: rows("distinct_from", object),
      claimsKeys: object?["claims"]?.bool ?? true)
    change.earlier = earlier(object)
    return change
  }

  /// Parses a request. A change that cannot be parsed but has an id goes to `malformed`. A change without an
  /// id makes the envelope wrong, because no answer could name it.
  package init(body: [UInt8]) throws(WireError) { try self.init(WireError.object(in: body, of: "/send")) }

  /// Parses a request from the object in its body.
  package init(_ object: JSONObject) throws(WireError) {
    guard let client = object.name("client_id") else {
      throw WireError("/send: client_id is missing or not a valid name")
    }
    guard let list = object["changes"]?.array else { throw WireError("/send: changes is not a list") }
    clientID = client
    lastProcessed = try object.position("last_processed_server_id", default: 0, of: "/send")
    chain = try object.identifier("chain", of: "/send").map { ChainValue(rawValue: $0) }
    if let at = object.position("chain_at") {
      guard let position = at else { throw WireError("/send: chain_at is not a position") }
      chainAt = Position(position)
    }
    if let id = try object.identifier("device_id", of: "/send") {
      guard let incarnation = try object.identifier("incarnation", of: "/send"),
        let sentAt = object.name("sent_at")
      else { throw WireError("/send: device_id needs incarnation and sent_at") }
      device = Device(
        id: DeviceID(rawValue: id), incarnation: Incarnation(rawValue: incarnation), sentAt: sentAt)
    }
    keys = try KeysCoding.decode(object)
    if let answered = object.position("pushed") {
      guard let answered else { throw WireError("/send: pushed is not a change id") }
      pushed = ChangeID(answered)
    }
    namesEarlier = object["earlier"]?.bool ?? false
    changes = []
    changes.reserveCapacity(list.count)
    for json in list {
      switch EntryCoding.decode(json) {
      case .entry(let entry):
        changes.append(try Self.change(entry, json.object))
      case .malformed(let entry):
        guard entry.changeID != nil else { throw WireError("/send: a change has no change_id") }
        malformed.append(entry)
      }
    }
  }
}

/// The reply to `/send`. A layer-1 server says only `{"status":"success"}`, so there are no results.
package struct SendReply: Hashable, Sendable {
  /// An answer for each change; `nil` from a layer-1 server.
  package var results: [Answer]?
  /// The newest position in the log.
  package var latest: Position
  /// The hub's clock.
  package var serverTime: String
  /// The chain value at `latest`; `nil` if the server does not send it.
  package var chain: ChainValue?

  /// Takes every field as the wire has it.
  package init(results: [Answer]?, latest: Position, serverTime: String, chain: ChainValue? = nil) {
    self.results = results
    self.latest = latest
    self.serverTime = serverTime
    self.chain = chain
  }

  /// The reply as JSON text.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("status")
    writer.string("success")
    if let results {
      writer.name("results")
      writer.beginArray()
      for result in results { AnswerCoding.encode(result, into: &writer) }
      writer.endArray()
      writer.name("latest_change_id")
      writer.integer(latest.rawValue)
      writer.name("server_time")
      writer.string(serverTime)
      if let chain {
        writer.name("chain")
        writer.string(chain.rawValue)
      }
    }
    writer.endObject()
    return writer.bytes
  }

  /// Parses the reply.
  package init(body: [UInt8]) throws(WireError) {
    let object = try WireError.object(in: body, of: "/send")
    guard object["status"]?.string == "success" else {
      throw WireError("/send: the reply does not say success")
    }
    latest = try object.position("latest_change_id", default: 0, of: "/send")
    serverTime = object.name("server_time") ?? ""
    chain = try object.identifier("chain", of: "/send").map { ChainValue(rawValue: $0) }
    guard let list = object["results"]?.array else { return }
    var answers: [Answer] = []
    for json in list {
      let answer = try AnswerCoding.decode(json)
      guard max(answer.landed, answer.at) <= latest else {
        throw WireError("/send: the answer to change \(answer.changeID) is after the log's end")
      }
      answers.append(answer)
    }
    results = answers
  }
}
