import EventLoop
import Foundation
import SyncCore
import Testing

@testable import HubClient

@Suite struct CancelTests {
  private let request = HubRequest(method: .get, path: "/get")

  @Test func `a request that waits for its reply can be cancelled`() async throws {
    let server = TestServer { _ in .keepSilent }
    let caller = try Caller(server)
    let answered = Counter()
    let ticket = caller.start(request, answered: answered)
    while server.requests.isEmpty { await Task.yield() }
    caller.loop.queue.sync { caller.connection.cancel(ticket) }
    #expect(server.waitForDeparture())
    #expect(answered.count == 0)
  }

  @Test func `a request can be cancelled before it is sent, twice, and after it ended`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server)
    let answered = Counter()
    caller.loop.queue.sync {
      let ticket = caller.connection.perform(request) { _ in answered.increment() }
      caller.connection.cancel(ticket)
      caller.connection.cancel(ticket)
      caller.connection.cancel(RequestTicket(number: 4711))
    }
    #expect(await caller.get().response?.status == 200)
    #expect(answered.count == 0)
    caller.loop.queue.sync { caller.connection.cancel(RequestTicket(number: 2)) }
  }

  @Test func `a request that cannot be made can be cancelled before it reports that`() async throws {
    let caller = try Caller(.init(baseURL: "nonsense"))
    let answered = Counter()
    caller.loop.queue.sync {
      caller.connection.cancel(caller.connection.perform(request) { _ in answered.increment() })
    }
    caller.loop.queue.sync {}
    #expect(answered.count == 0)
  }

  @Test func `a completion may start one request and cancel another`() async throws {
    let server = TestServer { $0.line.contains("silent") ? .keepSilent : .reply("200 OK") }
    let caller = try Caller(server)
    let answered = Counter()
    let silent = caller.start(HubRequest(method: .get, path: "/silent"), answered: answered)
    let reply: Reply = await withCheckedContinuation { continuation in
      caller.loop.run {
        _ = caller.connection.perform(request) { _ in
          caller.connection.cancel(silent)
          _ = caller.connection.perform(self.request) { continuation.resume(returning: $0) }
        }
      }
    }
    #expect(reply.response?.status == 200)
    #expect(answered.count == 0)
  }

  @Test func `a released connection cancels its requests`() async throws {
    let server = TestServer { _ in .keepSilent }
    let answered = Counter()
    do {
      let caller = try Caller(server)
      _ = caller.start(request, answered: answered)
      while server.requests.isEmpty { await Task.yield() }
    }
    #expect(server.waitForDeparture())
    #expect(answered.count == 0)
  }
}
