import SyncCore

/// The query of a request, for reading. Each name may occur once, unless the endpoint accepts several:
/// otherwise one reader could check the first value and another act on the second.
struct RequestQuery {
  /// The items in their order.
  let items: [HubRequest.QueryItem]
  /// The endpoint, for error texts.
  let path: String

  /// Takes the items and rejects values that should be names but are not. An empty value counts as absent,
  /// except for `device_id`, which must not be empty. The names in `repeatable` may occur several times.
  init(_ items: [HubRequest.QueryItem], of path: String, repeatable: Set<String> = []) throws(WireError) {
    var seen: Set<String> = []
    for item in items where !repeatable.contains(item.name) {
      guard seen.insert(item.name).inserted else {
        throw WireError("\(path): a parameter occurs more than once")
      }
      if item.name == "device_id", item.value.isEmpty { throw WireError("\(path): device_id is empty") }
    }
    for item in items where !item.value.isEmpty {
      let isWell =
        if Self.identifiers.contains(item.name) {
          WireLimits.isIdentifier(item.value)
        } else {
          !Self.names.contains(item.name) || item.value.isName()
        }
      guard isWell else { throw WireError("\(path): \(item.name) is not a valid name") }
    }
    self.items = items
    self.path = path
  }

  private static let names: Set<String> = ["client_id", "entity", "uuid", "after_entity", "after_uuid"]
  private static let identifiers: Set<String> = ["device_id", "incarnation", "log_id", "chain"]

  subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

  var device: DeviceID? { self["device_id"].map { DeviceID(rawValue: $0) } }
  var incarnation: Incarnation? { self["incarnation"].map { Incarnation(rawValue: $0) } }
  var logID: LogID? { self["log_id"].map { LogID(rawValue: $0) } }
  var chain: ChainValue? { self["chain"].map { ChainValue(rawValue: $0) } }

  /// Parses a whole number; `nil` if it is absent. A value above `most` counts as `most`.
  func number(
    _ name: String, from least: Int64 = 0, atMost most: Int64 = WireLimits.position.upperBound
  ) throws(WireError) -> Int64? {
    guard let text = self[name] else { return nil }
    guard let number = Int64(text), number >= least else {
      throw WireError("\(path): \(name) is not a number of at least \(least)")
    }
    return min(number, most)
  }
}
