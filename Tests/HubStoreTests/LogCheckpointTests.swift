import GRDB
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// A device expects the hub's log to reach the newest position that the hub has reported (docs/protocol.md
/// §4).
struct LogCheckpointTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
  }

  private func keyword(_ id: Int64) -> PushedChange {
    laptop.change(id, .create, "Keywords", "k-\(id)", SampleRow.keyword("word \(id)"))
  }

  private func get(since: Int64, chain: ChainValue?, at chainAt: Int64?) -> HubRequest {
    let extras = GetRequest.Extras(
      device: DeviceID(rawValue: "laptop"), incarnation: Incarnation(rawValue: "first"), pushed: .none,
      logID: nil, chain: chain, limit: 10, waitSeconds: 0, chainAt: chainAt.map { Position($0) })
    let request = GetRequest(clientID: "laptop", since: Position(since), extras: extras)
    return HubRequest(method: .get, path: GetRequest.path, query: request.query)
  }

  private func send(_ change: PushedChange, chain: ChainValue?, at chainAt: Int64?) -> HubRequest {
    var request = laptop.request([change])
    request.chain = chain
    request.chainAt = chainAt.map { Position($0) }
    return HubRequest(method: .post, path: SendRequest.path, body: request.encoded())
  }

  private func code(_ request: HubRequest, _ library: HubLibrary) -> ProblemCode? {
    let response = library.answer(request, now: noon)
    return response.status == 200 ? nil : Problem(status: response.status, body: response.body).known
  }

  @Test func `the reply to a push gives the chain value at the log's end`() throws {
    for id in 1...3 as ClosedRange<Int64> {
      let reply = try hub.send(laptop.request([keyword(id)]), now: noon)
      let page = try laptop.page(of: hub)
      #expect(reply.latest == page.extras?.next)
      #expect(reply.chain == page.extras?.chain)
    }
  }

  @Test func `a hub restored between an answer and the next pull is noticed at once`() throws {
    let first = try hub.send(laptop.request([keyword(1)]), now: noon)
    let copy = directory.path("copy.sqlite")
    try hub.pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
    let second = try hub.send(laptop.request([keyword(2)]), now: noon)
    let restored = try HubLibrary.open(at: copy, durability: .process)
    // The cursor stays at 0: only the log checkpoint detects it.
    #expect(code(get(since: 0, chain: second.chain, at: 2), hub) == nil)
    #expect(code(get(since: 0, chain: second.chain, at: 2), restored) == .logRewound)
    #expect(code(send(keyword(3), chain: second.chain, at: 2), restored) == .logRewound)
    #expect(try restored.count(of: "log") == 1)
    #expect(code(get(since: 0, chain: first.chain, at: 1), restored) == nil)
    // And when the new branch has grown as long as the old one was.
    let other = SampleSender(device: "other")
    try other.send(other.change(1, .create, "Keywords", "k-9", SampleRow.keyword("nine")), to: restored)
    #expect(code(get(since: 0, chain: second.chain, at: 2), restored) == .logRewound)
    #expect(code(send(keyword(3), chain: second.chain, at: 2), restored) == .logRewound)
    #expect(code(send(keyword(3), chain: first.chain, at: 1), restored) == nil)
  }

  @Test func `without its own position a chain value belongs to the cursor`() throws {
    let first = try hub.send(laptop.request([keyword(1)]), now: noon)
    _ = try hub.send(laptop.request([keyword(2)]), now: noon)
    #expect(code(get(since: 1, chain: first.chain, at: nil), hub) == nil)
    #expect(code(get(since: 2, chain: first.chain, at: nil), hub) == .logRewound)
  }
}
