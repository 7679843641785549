import SyncCore
import SyncWire
import Testing

/// What one side writes the other reads, for the endpoints of docs/protocol.md §4.
struct RoundTripTests {
  private let device = DeviceID(rawValue: "d")
  private let log = LogID(rawValue: "log")
  private let chain = ChainValue(rawValue: "abc")
  private let entry = Entry(
    changeID: 7, row: RowName("Media", "m\u{1F600}"), operation: .update, timestamp: "t",
    serverTimestamp: "s", clientID: "c", version: 2,
    payload: ["title": .text("line\nfeed \"quoted\""), "n": .real(0.5), "x": .null])

  @Test func `a log checkpoint travels with its position in both requests and in the reply`() throws {
    let extras = GetRequest.Extras(
      device: device, incarnation: Incarnation(rawValue: "i"), pushed: ChangeID(4), logID: log, chain: chain,
      limit: 20, waitSeconds: 5, chainAt: Position(12))
    let get = GetRequest(clientID: "d", since: Position(9), extras: extras)
    #expect(try GetRequest(query: get.query) == get)
    let send = SendRequest(
      clientID: "d", lastProcessed: Position(9),
      device: .init(id: device, incarnation: Incarnation(rawValue: "i"), sentAt: "t"), changes: [],
      chain: chain, chainAt: Position(12))
    let read = try SendRequest(body: send.encoded())
    #expect(read.chainAt == Position(12))
    #expect(read.chain == chain)
    let reply = SendReply(results: [], latest: Position(12), serverTime: "t", chain: chain)
    #expect(try SendReply(body: reply.encoded()) == reply)
  }

  @Test func `an entry names the values that it overwrote on the asking device`() throws {
    var lossy = entry
    lossy.lost = ["title": .text("mine"), "author": .null]
    let reply = GetReply(entries: [.entry(lossy), .entry(entry)], latest: Position(7), extras: nil)
    #expect(try GetReply(body: reply.encoded()) == reply)
  }

  @Test func `a snapshot request decodes to what was encoded`() throws {
    let requests = [
      SnapshotRequest(device: device, incarnation: Incarnation(rawValue: "i")),
      SnapshotRequest(
        device: device, incarnation: Incarnation(rawValue: "i"), logID: log, chain: chain,
        chainAt: Position(3), after: RowName("Media", "m"), limit: 50),
    ]
    for request in requests { #expect(try SnapshotRequest(query: request.query) == request) }
  }

  @Test func `rows may be requested in any order, also twice`() throws {
    let rows = [
      RowName("Media", "a"), RowName("Media", "b"), RowName("Keywords", "a"), RowName("Media", "a"),
    ]
    let request = RowsRequest(device: device, logID: log, rows: rows)
    #expect(request.query.filter { $0.name == "entity" }.map(\.value) == ["Media", "Keywords", "Media"])
    #expect(try RowsRequest(query: request.query) == request)
  }

  @Test func `found and unknown rows are distinguished, and left-out rows are requested again`() throws {
    let reply = RowsReply(
      rows: [.init(entry: .entry(entry), asked: "alias")],
      unknown: [.init(row: RowName("Media", "u")), .init(row: RowName("Media", "f"), forgotten: true)],
      latest: Position(9), logID: log, serverTime: "t")
    #expect(try RowsReply(body: reply.encoded()) == reply)
    let asked = ["alias", "u", "f", "left-out"].map { RowName("Media", $0) }
    #expect(reply.unanswered(of: asked) == [RowName("Media", "left-out")])
  }

  @Test func `digests decode to what was encoded`() throws {
    let digest = try #require(RowDigest(text: "00112233445566778899aabbccddeeff"))
    let requests = [
      DigestRequest(device: device, logID: log, at: Position(5)),
      DigestRequest(device: nil, logID: nil, at: nil, bucket: .init(entity: "Media", number: 0x0F)),
    ]
    for request in requests { #expect(try DigestRequest(query: request.query) == request) }
    let summary = DigestSummary(
      at: Position(5), logID: log,
      entities: [
        .init(name: "Media", sums: BucketSums(rows: 2, buckets: [0: digest, 255: .zero])),
        .init(name: "Keywords", sums: BucketSums()),
      ])
    #expect(try DigestSummary(body: summary.encoded()) == summary)
    let bucket = DigestBucket(
      at: Position(5), bucket: .init(entity: "Media", number: 0x0F),
      rows: [.init(uuid: "u", changeID: Position(3), digest: digest)])
    #expect(try DigestBucket(body: bucket.encoded()) == bucket)
  }

  @Test(arguments: [
    [("uuid", "a")], [("entity", ""), ("uuid", "a")], [("entity", "Media"), ("uuid", "")],
    [("entity", "Media")], [],
  ])
  func `a rows request that names no row is refused`(items: [(String, String)]) {
    #expect(throws: WireError.self) {
      try RowsRequest(query: items.map { HubRequest.QueryItem($0.0, $0.1) })
    }
  }

  @Test(arguments: ["-1", "x", "1.5", "99999999999999999999", ""])
  func `an invalid number is refused at every endpoint`(text: String) {
    let who: [HubRequest.QueryItem] = [.init("device_id", "d"), .init("incarnation", "i")]
    #expect(throws: WireError.self) { try DigestRequest(query: [.init("at", text)]) }
    #expect(throws: WireError.self) { try SnapshotRequest(query: who + [.init("limit", text)]) }
    #expect(throws: WireError.self) { try SnapshotRequest(query: who + [.init("chain_at", text)]) }
    #expect(throws: WireError.self) {
      try GetRequest(query: [.init("client_id", "c")] + who + [.init("chain_at", text)])
    }
  }

  @Test func `half of a pair of fields is refused`() {
    let who: [HubRequest.QueryItem] = [.init("device_id", "d"), .init("incarnation", "i")]
    #expect(throws: WireError.self) { try SnapshotRequest(query: who + [.init("after_uuid", "u")]) }
    #expect(throws: WireError.self) { try SnapshotRequest(query: [.init("device_id", "d")]) }
    #expect(throws: WireError.self) { try DigestRequest(query: [.init("entity", "Media")]) }
    for bucket in ["0", "0G", "AA", "000", ""] {
      #expect(throws: WireError.self) {
        try DigestRequest(query: [.init("entity", "Media"), .init("bucket", bucket)])
      }
    }
  }
}
