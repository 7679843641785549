import Foundation
import NIOCore
import SyncCore
import SyncWire
import Testing

@testable import HubServer

/// More load than the hub can hold, over real sockets: it limits what it accepts, and still serves everybody
/// else.
@Suite(.serialized) struct PressureTests {
  private func quick(connections: Int) -> HubServer.Limits {
    var limits = HubServer.Limits(connections: connections)
    limits.pace = .init(
      head: .milliseconds(1500), idle: .seconds(60), body: .seconds(60), window: .milliseconds(1500),
      progress: 1024, linger: .milliseconds(300))
    return limits
  }

  private func head(_ token: String, length: Int) -> String {
    "POST /sync/send HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\n"
      + "Content-Type: application/json\r\nContent-Length: \(length)\r\n\r\n"
  }

  @Test func `at its connection limit the hub serves its clients, and accepts another as soon as one ends`()
    async throws
  {
    let hub = try await RunningHub.start(limits: quick(connections: 12))
    let token = try hub.token()
    let parked = Task { try await hub.ask("GET", RunningHub.get("d", wait: 60), token: token) }
    try await poll { await hub.isParked(1) }
    // Endless heads; the kernel queues connections that the hub does not accept yet.
    let slow = try (0..<60).map { _ in try RawClient(hub.address.port) }
    for client in slow { client.say("POST /sync/send HTTP/1.1\r\nHost: h\r\nX-") }
    // A client that comes now waits until they are cut off, and no longer.
    let writer = try hub.token()
    let reply = try await hub.send(RunningHub.keyword("one", device: "writer"), token: writer)
    #expect(reply.status == 200)
    #expect(try await parked.value.status == 200)
    for client in slow { try await poll { client.isClosed } }
    await hub.stop()
  }

  @Test func `without a token a connection serves only one request`() async throws {
    let hub = try await RunningHub.start()
    let client = try RawClient(hub.address.port)
    client.say("GET /sync/capabilities HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(try await client.status().hasPrefix("HTTP/1.1 401"))
    try await poll { client.isClosed }
    await hub.stop()
  }

  @Test func `a body that comes byte by byte is cut off`() async throws {
    let hub = try await RunningHub.start(limits: quick(connections: 100))
    let client = try RawClient(hub.address.port)
    client.say(head(try hub.token(), length: 100_000))
    let began = ContinuousClock.now
    try await poll {
      client.say("x")
      return client.isClosed
    }
    #expect(ContinuousClock.now - began < .seconds(8))
    await hub.stop()
  }

  @Test func `the hub refuses uploads beyond the budget for now, and serves other devices`() async throws {
    var limits = quick(connections: 100)
    limits.pace = .init()
    limits.budget = ByteBudget(most: 40 << 20, mostOfToken: 10 << 20)
    let hub = try await RunningHub.start(bytesMax: 1 << 20, limits: limits)
    let hostile = try hub.token()
    let part = [UInt8](repeating: UInt8(ascii: " "), count: 1_000_000)
    // Each is charged for three times its length: three of them fit a token's share.
    let held = try (0..<3).map { _ in try RawClient(hub.address.port) }
    for client in held {
      client.say(head(hostile, length: 1 << 20))
      client.say(part)
    }
    let refused = try (0..<5).map { _ in try RawClient(hub.address.port) }
    try await poll { limits.budget?.taken == 9 << 20 }
    for client in refused {
      client.say(head(hostile, length: 1 << 20))
      client.say(part)
      #expect(try await client.status().hasPrefix("HTTP/1.1 503"))
    }
    let again = try await hub.send([UInt8](repeating: 0x20, count: 1 << 20), token: hostile)
    #expect(again.status == 503)
    #expect(again.code == ProblemCode.busy.rawValue)
    #expect(again.retryAfter == "1")
    let honest = try await hub.send(RunningHub.keyword("one", device: "d"), token: try hub.token())
    #expect(honest.status == 200)
    withExtendedLifetime(held) {}
    await hub.stop()
    #expect(limits.budget?.taken == 0, "what was held is given back")
  }

  @Test func `clients that do not read hold no more than the budget, and are cut off`() async throws {
    var limits = quick(connections: 200)
    limits.pace.window = .seconds(4)
    limits.budget = ByteBudget(most: 40 << 20, mostOfToken: 700_000)
    let hub = try await RunningHub.start(bytesMax: 1 << 20, limits: limits)
    let token = try hub.token()
    let text = String(repeating: "x", count: 200_000)
    let row = Entry(
      changeID: 1, row: RowName("Media", "m"), operation: .create, timestamp: "2026-01-01T00:00:00.000Z",
      clientID: "app", version: 1,
      payload: [
        "url": .text("u"), "title": .text("t"), "type": .text("article"), "content": .text(text),
        "content_hash": .text("h"), "deleted": .integer(0),
      ])
    let body = SendRequest(
      clientID: "app", lastProcessed: .start,
      device: .init(
        id: DeviceID(rawValue: "w"), incarnation: Incarnation(rawValue: "i"),
        sentAt: "2026-01-01T00:00:01.000Z"),
      changes: [PushedChange(entry: row, base: .start, whole: false)]
    ).encoded()
    #expect(try await hub.send(body, token: try hub.token()).status == 200)
    let readers = try (0..<6).map { _ in try RawClient(hub.address.port, buffer: 4096) }
    for reader in readers {
      reader.say("GET \(RunningHub.get("d")) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\n\r\n")
    }
    try await poll { (limits.budget?.taken ?? 0) > 600_000 }
    #expect(try #require(limits.budget).taken <= 700_000)
    let refused = try await hub.ask("GET", RunningHub.get("d"), token: token)
    #expect(refused.status == 503)
    // Another device gets the same page.
    #expect(try await hub.ask("GET", RunningHub.get("e"), token: try hub.token()).status == 200)
    // Nothing moves: the hub cuts them off, and frees what they held.
    try await poll(within: 30) { limits.budget?.taken == 0 }
    withExtendedLifetime(readers) {}
    await hub.stop()
  }
}
