import EventLoop
import Foundation
import SyncCore
import Testing

@testable import HubClient

@Suite struct SlowLineTests {
  @Test func `a slow reply arrives whole, though it takes longer than the idle timeout`()
    async throws
  {
    let server = TestServer { _ in .drip(pieces: 12, size: 1000, every: 0.1) }
    let caller = try Caller(server) { $0.requestTimeout = .milliseconds(400) }
    let response = await caller.get().response
    #expect(response?.body.count == 12_000)
  }

  @Test func `a reply that stops in the middle is aborted`() async throws {
    let server = TestServer { _ in .drip(pieces: 3, size: 1000, every: 0.05, promised: 9) }
    let caller = try Caller(server) { $0.requestTimeout = .milliseconds(400) }
    #expect(await caller.get().error == .stalled(after: .milliseconds(400)))
  }

  @Test func `a slow upload completes, and reports its progress`() async throws {
    let server = TestServer(readsEvery: 0.02) { .reply("200 OK", String($0.body.utf8.count)) }
    let caller = try Caller(server) { $0.requestTimeout = .milliseconds(500) }
    let size = 12 << 20
    let began = ContinuousClock.now
    let request = HubRequest(method: .post, path: "/send", body: [UInt8](repeating: 0x20, count: size))
    let ticket = AsyncStream<RequestTicket>.makeStream()
    async let reply: Reply = withCheckedContinuation { continuation in
      caller.loop.run {
        ticket.continuation.yield(caller.connection.perform(request) { continuation.resume(returning: $0) })
      }
    }
    var tickets = ticket.stream.makeAsyncIterator()
    let begun = try #require(await tickets.next())
    var seen: Set<Int64> = []
    while let progress = caller.loop.queue.sync(execute: { caller.connection.progress(of: begun) }) {
      if progress.total == Int64(size), progress.done > 0, progress.done < Int64(size) {
        seen.insert(progress.done)
      }
      await Task.yield()
    }
    #expect(await reply.text == String(size))
    #expect(ContinuousClock.now - began > .milliseconds(500), "longer than nothing may move")
    #expect(seen.count > 3, "\(seen.count) figures in between")
  }
}
