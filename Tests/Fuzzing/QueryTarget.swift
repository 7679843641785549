import SampleApplication
import SyncCore
import SyncWire

/// The queries of every GET, one `name=value` per line. A parsed query is the same after it is written and
/// parsed again.
struct QueryTarget: FuzzTarget {
  let name = "query"

  func honestInput(_ random: inout SeededGenerator) -> [UInt8] {
    let items: [HubRequest.QueryItem]
    let device = DeviceID(rawValue: "another")
    let incarnation = Incarnation(rawValue: random.uuid())
    switch random.number(0...3) {
    case 0:
      items =
        GetRequest(
          clientID: "c", since: Position(Int64(random.number(0...50))),
          extras: .init(
            device: device, incarnation: incarnation, pushed: ChangeID(3),
            logID: LogID(rawValue: random.uuid()),
            chain: HonestMessages.chain(3), limit: random.number(1...2000),
            waitSeconds: random.number(0...300), held: random.chance(30) ? Position(0) : nil)
        ).query
    case 1: items = RowsRequest(device: device, logID: nil, rows: [RowName("Media", random.uuid())]).query
    case 2:
      items =
        SnapshotRequest(
          device: device, incarnation: incarnation, after: RowName("Media", random.uuid()), limit: 10
        ).query
    default: items = DigestRequest(device: device, logID: nil, at: Position(3)).query
    }
    return QueryLines.bytes(items)
  }

  func run(_ input: [UInt8]) throws {
    let items = QueryLines.items(input)
    try same(items, "/get") {
      try GetRequest(query: $0)
    } write: {
      $0.query
    }
    try same(items, "/rows") {
      try RowsRequest(query: $0)
    } write: {
      $0.query
    }
    try same(items, "/snapshot") {
      try SnapshotRequest(query: $0)
    } write: {
      $0.query
    }
    try same(items, "/digest") {
      try DigestRequest(query: $0)
    } write: {
      $0.query
    }
  }

  private func same<Request: Hashable>(
    _ items: [HubRequest.QueryItem], _ what: String, read: ([HubRequest.QueryItem]) throws -> Request,
    write: (Request) -> [HubRequest.QueryItem]
  ) throws {
    guard let request = try? read(items) else { return }
    guard let again = try? read(write(request)), again == request else {
      throw Finding("\(what): a query that was read and written says something else: \(request)")
    }
  }
}

/// Query items as lines of text.
enum QueryLines {
  static func bytes(_ items: [HubRequest.QueryItem]) -> [UInt8] {
    Array(items.map { "\($0.name)=\($0.value)" }.joined(separator: "\n").utf8)
  }

  static func items(_ bytes: [UInt8]) -> [HubRequest.QueryItem] {
    bytes.split(separator: 0x0A).prefix(2000).map { line in
      let name = line.prefix { $0 != UInt8(ascii: "=") }
      return .init(
        String(decoding: name, as: UTF8.self), String(decoding: line.dropFirst(name.count + 1), as: UTF8.self)
      )
    }
  }
}
