import SyncCore

/// `GET /capabilities` (docs/protocol.md §3): how a layer-2 hub describes itself. A 404 or the capabilities
/// of another protocol mean a layer-1 server.
package struct Capabilities: Hashable, Sendable {
  /// The protocol's name on the wire.
  package static let protocolName = "mediasync/1"
  /// The path below the base URL.
  package static let path = "/capabilities"

  /// The permanent name of the log.
  package var logID: LogID
  /// The most changes in one `/send`.
  package var maxBatch: Int
  /// The most bytes in one body.
  package var maxBytes: Int
  /// The lowest position that a client may pull from.
  package var minChangeID: Position
  /// The hub's clock.
  package var serverTime: String
  /// The names of the features that the hub offers beyond layer 1.
  package var features: [String]

  /// Takes every field as the wire has it.
  package init(
    logID: LogID, maxBatch: Int, maxBytes: Int, minChangeID: Position, serverTime: String, features: [String]
  ) {
    self.logID = logID
    self.maxBatch = maxBatch
    self.maxBytes = maxBytes
    self.minChangeID = minChangeID
    self.serverTime = serverTime
    self.features = features
  }

  /// The device that asks, from the query of the request; `nil` if the query does not name it.
  package static func device(query: [HubRequest.QueryItem]) throws(WireError) -> DeviceID? {
    try RequestQuery(query, of: path).device
  }

  /// Whether the hub offers a feature.
  package func offers(_ feature: Feature) -> Bool { features.contains(feature.rawValue) }

  /// The reply as JSON text.
  package func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("protocol")
    writer.string(Self.protocolName)
    writer.name("log_id")
    writer.string(logID.rawValue)
    writer.name("max_batch")
    writer.integer(Int64(maxBatch))
    writer.name("max_bytes")
    writer.integer(Int64(maxBytes))
    writer.name("min_change_id")
    writer.integer(minChangeID.rawValue)
    writer.name("server_time")
    writer.string(serverTime)
    writer.name("features")
    writer.beginArray()
    for feature in features { writer.string(feature) }
    writer.endArray()
    writer.endObject()
    return writer.bytes
  }

  /// The protocol that another kind of server names in its capabilities, or a phrase if it names none; `nil`
  /// if the body is not a JSON object, or names a mediasync protocol.
  package static func foreignProtocol(in body: [UInt8]) -> String? {
    guard let object = (try? JSONReader.read(body))?.object else { return nil }
    let named = object["protocol"]?.string ?? object["protocol_version"]?.string
    guard let named, named.isName(bytesMax: WireLimits.identifierBytesMax) else {
      return "an unnamed protocol"
    }
    return named.hasPrefix("mediasync/") ? nil : named.onOneLine(scalarsMax: 64)
  }

  /// Parses the reply.
  package init(body: [UInt8]) throws(WireError) {
    let object = try WireError.object(in: body, of: "/capabilities")
    guard object["protocol"]?.string == Self.protocolName else {
      throw WireError(
        "/capabilities names the protocol \(object["protocol"]?.string ?? "(none)"), not mediasync/1")
    }
    guard let log = try object.identifier("log_id", of: "/capabilities") else {
      throw WireError("/capabilities has no log_id")
    }
    logID = LogID(rawValue: log)
    maxBatch = Int(clamping: object["max_batch"]?.integer ?? 500)
    maxBytes = Int(clamping: object["max_bytes"]?.integer ?? 1_048_576)
    minChangeID = try object.position("min_change_id", default: 0, of: "/capabilities")
    serverTime = object.name("server_time") ?? ""
    features = (object["features"]?.array ?? []).prefix(WireLimits.featuresMax).compactMap(\.string)
      .filter { $0.isName(bytesMax: WireLimits.identifierBytesMax) }
    guard maxBatch > 0, maxBytes > 0 else { throw WireError("/capabilities allows no batch at all") }
  }
}

/// Why a reply or a request does not follow the protocol.
package struct WireError: Error, Hashable, Sendable {
  /// What is wrong, for a person.
  package let reason: String

  /// Takes what is wrong, for a person. The text may quote the peer, so it is cut to one line of bounded
  /// length.
  package init(_ reason: String) { self.reason = reason.onOneLine() }

  /// Parses a body that must be a JSON object. `place` names the endpoint in the error.
  package static func object(in body: [UInt8], of place: String) throws(WireError) -> JSONObject {
    let value: JSONValue
    do { value = try JSONReader.read(body) } catch {
      throw WireError("\(place): the body is not JSON (\(error.reason), byte \(error.offset))")
    }
    guard let object = value.object else { throw WireError("\(place): the body is not an object") }
    return object
  }
}
