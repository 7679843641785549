import SyncCore
import SyncWire
import Testing

@testable import HubServer

/// One sender's large batch does not delay the others.
struct FairnessTests {
  @Test func `the hub accepts a small change while a large batch is running`() async throws {
    let hub = try await RunningHub.start()
    let note = String(repeating: "n", count: 3500)
    let changes = (1...2000).map { id in
      PushedChange(
        entry: Entry(
          changeID: id, row: RowName("Keywords", "uuid-\(id)"), operation: .create,
          timestamp: "2026-01-01T00:00:00.000Z", clientID: "app", version: 1,
          payload: ["keyword": .text("word \(id)"), "note": .text(note), "deleted": .integer(0)]),
        base: .start, whole: false)
    }
    let body = SendRequest(
      clientID: "app", lastProcessed: .start,
      device: .init(
        id: DeviceID(rawValue: "large"), incarnation: Incarnation(rawValue: "i"),
        sentAt: "2026-01-01T00:00:01.000Z"), changes: changes
    ).encoded()
    let (large, small) = (try hub.token(), try hub.token())
    let sending = Task { try await hub.send(body, token: large) }
    let reader = GetRequest(clientID: "reader", since: .start, extras: nil)
    let library = try hub.data.library("home")
    try await poll { (try? library.page(reader, now: Instant(milliseconds: 0)).count) ?? 0 > 0 }
    let reply = try await hub.send(RunningHub.keyword("small", device: "small"), token: small)
    let position = try #require(SendReply(body: reply.body).results?.first?.landed)
    let end = try SendReply(body: try await sending.value.body)
    #expect(position < (end.results?.last?.landed ?? .start), "it came in between")
    #expect(end.results?.count == 2000)
    #expect(end.latest == Position(2001))
    await hub.stop()
  }
}
