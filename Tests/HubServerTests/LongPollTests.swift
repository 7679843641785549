import Foundation
import SyncCore
import SyncWire
import Testing

@testable import HubServer

/// Long polls over a real socket, and layer-1 clients.
struct LongPollTests {
  @Test func `a change of another device wakes a parked poll at once`() async throws {
    let hub = try await RunningHub.start()
    let reader = try hub.token()
    let writer = try hub.token()
    var waits: [Duration] = []
    for round in 0..<12 as Range<Int64> {
      let parked = Task {
        let reply = try await hub.ask("GET", RunningHub.get("reader", since: round, wait: 20), token: reader)
        return (reply, ContinuousClock.now)
      }
      try await poll { await hub.isParked(1) }
      let sent = ContinuousClock.now
      _ = try await hub.send(
        RunningHub.keyword("word\(round)", device: "writer", id: round + 1), token: writer)
      let (reply, woken) = try await parked.value
      #expect(try GetReply(body: reply.body).entries.count == 1)
      waits.append(woken - sent)
    }
    // Only the fastest round counts: in the others the machine may be busy with other tests.
    #expect((waits.min() ?? .seconds(20)) < .milliseconds(100), "\(waits)")
    await hub.stop()
  }

  @Test func `a device's own changes do not end its poll`() async throws {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    _ = try await hub.send(RunningHub.keyword("one", device: "d"), token: token)
    let began = ContinuousClock.now
    let parked = Task { try await hub.ask("GET", RunningHub.get("d", wait: 8, pushed: 1), token: token) }
    try await poll { await hub.isParked(1) }
    let page = try GetReply(body: try await parked.value.body)
    #expect(page.entries.isEmpty)
    #expect(page.extras?.next == Position(1))
    #expect(ContinuousClock.now - began >= .milliseconds(7900))
    await hub.stop()
  }

  @Test func `a poll with entries to return is answered at once`() async throws {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    _ = try await hub.send(RunningHub.keyword("one", device: "writer"), token: try hub.token())
    let began = ContinuousClock.now
    let reply = try await hub.ask("GET", RunningHub.get("d", wait: 20), token: token)
    #expect(try GetReply(body: reply.body).entries.count == 1)
    #expect(ContinuousClock.now - began < .seconds(5))
    await hub.stop()
  }

  @Test func `a client that disconnects frees its poll`() async throws {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    let parked = Task { try await hub.ask("GET", RunningHub.get("d", wait: 200), token: token) }
    try await poll { await hub.isParked(1) }
    parked.cancel()
    try await poll { await hub.isParked(0) }
    await hub.stop()
  }

  @Test func `a stopped server leaves no poll behind`() async throws {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    let parked = Task { try await hub.ask("GET", RunningHub.get("d", wait: 200), token: token) }
    try await poll { await hub.isParked(1) }
    let began = ContinuousClock.now
    await hub.stop()
    _ = await parked.result
    #expect(ContinuousClock.now - began < .seconds(2))
  }

  @Test func `a layer-1 client sends and gets as before`() async throws {
    let hub = try await RunningHub.start()
    let old = try hub.token()
    let sent = try await hub.send(RunningHub.keyword("one", device: nil), token: old)
    #expect(sent.status == 200)
    #expect(try SendReply(body: sent.body).results?.count == 1)
    _ = try await hub.send(RunningHub.keyword("two", device: "d"), token: try hub.token())
    let reply = try await hub.ask("GET", "/sync/get?client_id=app-old&since_change_id=0", token: old)
    let page = try GetReply(body: reply.body)
    #expect(page.entries.count == 1)
    #expect(page.latest == Position(2))
    await hub.stop()
  }

  @Test func `many polls wait at once and all wake`() async throws {
    let hub = try await RunningHub.start()
    let tokens = try (0..<40).map { _ in try hub.token() }
    let parked = tokens.enumerated().map { index, token in
      Task { try await hub.ask("GET", RunningHub.get("d\(index)", wait: 60), token: token).status }
    }
    try await poll { await hub.isParked(40) }
    _ = try await hub.send(RunningHub.keyword("one", device: "writer"), token: try hub.token())
    for task in parked { #expect(try await task.value == 200) }
    await hub.stop()
  }
}

/// Checks the condition repeatedly; gives up after the given number of seconds.
func poll(within seconds: Int = 10, _ condition: () async -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(seconds)
  while await !condition() {
    guard ContinuousClock.now < deadline else { throw URLError(.timedOut) }
    try await Task.sleep(for: .milliseconds(5))
  }
}
