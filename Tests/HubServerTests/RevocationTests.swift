import Foundation
import HubStore
import SyncCore
import SyncWire
import Testing

@testable import HubServer

/// What happens to running requests when a token is revoked, or the files are moved away.
struct RevocationTests {
  /// Revokes as `mediasync-hub token revoke` does: in another process, or here over another connection.
  private func revoke(_ id: Int64, _ hub: RunningHub) throws {
    let other = try HubData(directory: hub.directory.path)
    #expect(try other.tokens.revoke(id, now: Instant(milliseconds: 0)))
  }

  @Test func `a revoked token ends its parked polls within a second, and nobody else's`() async throws {
    let hub = try await RunningHub.start()
    let revoked = try hub.token()
    let kept = try hub.token()
    let polls = (0..<3).map { number in
      Task { try await hub.ask("GET", RunningHub.get("d", wait: 60), token: revoked) }
    }
    let other = Task { try await hub.ask("GET", RunningHub.get("other", wait: 60), token: kept) }
    try await poll { await hub.isParked(4) }
    try revoke(1, hub)
    let began = ContinuousClock.now
    for parked in polls {
      let reply = try await parked.value
      #expect(reply.status == 403)
      #expect(reply.code == ProblemCode.tokenRevoked.rawValue)
    }
    #expect(ContinuousClock.now - began < .seconds(1))
    #expect(await hub.isParked(1))
    other.cancel()
    await hub.stop()
  }

  @Test func `a revoked token ends a running upload and reply`() async throws {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    let head =
      "Host: h\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
    let upload = try RawClient(hub.address.port)
    upload.say("POST /sync/send HTTP/1.1\r\n" + head + "Content-Length: 100000\r\n\r\n{")
    let word = String(repeating: "w", count: 400)
    let changes = (1...2000).map { id in
      PushedChange(
        entry: Entry(
          changeID: id, row: RowName("Keywords", "uuid-\(id)"), operation: .create,
          timestamp: "2026-01-01T00:00:00.000Z", clientID: "app", version: 1,
          payload: ["keyword": .text("\(word)\(id)"), "deleted": .integer(0)]), base: .start, whole: false)
    }
    let body = SendRequest(
      clientID: "app", lastProcessed: .start,
      device: .init(
        id: DeviceID(rawValue: "w"), incarnation: Incarnation(rawValue: "i"),
        sentAt: "2026-01-01T00:00:01.000Z"), changes: changes
    ).encoded()
    #expect(try await hub.send(body, token: try hub.token()).status == 200)
    let reader = try RawClient(hub.address.port, buffer: 4096)
    reader.say("GET /sync/snapshot?device_id=d&incarnation=i HTTP/1.1\r\n" + head + "\r\n")
    try await poll { hub.streams(of: 1) == 2 }
    try revoke(1, hub)
    let began = ContinuousClock.now
    try await poll { hub.streams(of: 1) == 0 }
    #expect(ContinuousClock.now - began < .seconds(1))
    try await poll { upload.isClosed }
    await hub.stop()
  }

  @Test func `a hub whose directory was moved acknowledges nothing to any client`() async throws {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    #expect(try await hub.send(RunningHub.keyword("one", device: "d"), token: token).status == 200)
    let elsewhere = hub.directory.path + "-elsewhere"
    try FileManager.default.moveItem(atPath: hub.directory.path, toPath: elsewhere)
    let lost = try await hub.send(RunningHub.keyword("two", device: "d", id: 2), token: token)
    #expect(lost.status == 503)
    #expect(lost.retryAfter == "1")
    try FileManager.default.moveItem(atPath: elsewhere, toPath: hub.directory.path)
    #expect(try await hub.send(RunningHub.keyword("two", device: "d", id: 2), token: token).status == 200)
    await hub.stop()
  }
}
