import SyncCore

/// The query of a request, for reading. Where a name stands twice and only one value is wanted, the later counts.
struct RequestQuery {
  /// The items in the order they came.
  let items: [HubRequest.QueryItem]
  /// The endpoint, for what is said to people.
  let path: String

  init(_ items: [HubRequest.QueryItem], of path: String) {
    self.items = items
    self.path = path
  }

  subscript(_ name: String) -> String? { items.last { $0.name == name }?.value }

  var device: DeviceID? { self["device_id"].flatMap { $0.isEmpty ? nil : DeviceID(rawValue: $0) } }
  var incarnation: Incarnation? { self["incarnation"].map { Incarnation(rawValue: $0) } }
  var logID: LogID? { self["log_id"].map { LogID(rawValue: $0) } }
  var chain: ChainValue? { self["chain"].map { ChainValue(rawValue: $0) } }

  /// A whole number; what is larger than `most` counts as `most`.
  func number(
    _ name: String, from least: Int64 = 0, atMost most: Int64 = .max
  ) throws(WireError) -> Int64? {
    guard let text = self[name] else { return nil }
    guard let number = Int64(text), number >= least else {
      throw WireError("\(path): \(name) is not a number from \(least) on")
    }
    return min(number, most)
  }
}
