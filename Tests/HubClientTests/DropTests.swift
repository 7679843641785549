import EventLoop
import SyncCore
import Testing

@testable import HubClient

@Suite struct DropTests {
  @Test func `after the connections were dropped the next request makes a new one`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server)
    for _ in 0..<2 { #expect(await caller.get().response?.status == 200) }
    #expect(server.connectionCount == 1, "kept")
    caller.loop.queue.sync { caller.connection.dropConnections() }
    #expect(server.waitForDeparture())
    for _ in 0..<2 { #expect(await caller.get().response?.status == 200) }
    #expect(server.connectionCount == 2, "kept again")
  }

  @Test func `a running request fails as interrupted, and a cancelled one reports nothing`() async throws {
    let server = TestServer { $0.line.contains("silent") ? .keepSilent : .reply("200 OK") }
    let caller = try Caller(server)
    let answered = Counter()
    let givenUp = caller.start(HubRequest(method: .get, path: "/silent"), answered: answered)
    async let reply = caller.get("/silent")
    while server.requests.count < 2 { await Task.yield() }
    caller.loop.queue.sync {
      caller.connection.dropConnections()
      caller.connection.cancel(givenUp)
    }
    guard case .interrupted = await reply.error else {
      Issue.record("interrupted, not \(await reply)")
      return
    }
    #expect(server.waitForDeparture() && server.waitForDeparture())
    #expect(answered.count == 0)
    #expect(await caller.get().response?.status == 200)
  }

  @Test func `a completion may drop its own connection`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server)
    let reply: Reply = await withCheckedContinuation { continuation in
      caller.loop.run {
        _ = caller.connection.perform(HubRequest(method: .get, path: "/get")) { _ in
          caller.connection.dropConnections()
          _ = caller.connection.perform(HubRequest(method: .get, path: "/get")) {
            continuation.resume(returning: $0)
          }
        }
      }
    }
    #expect(reply.response?.status == 200)
    #expect(server.connectionCount == 2)
  }
}
