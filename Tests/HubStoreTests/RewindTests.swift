import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// The hub undoes one device's work, and nobody else's.
@Suite struct RewindTests {
  private let hub: HubLibrary
  private let directory: TemporaryDirectory
  private let start = Instant(milliseconds: 1_800_000_000_000)

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
  }

  private func media(_ uuid: String, title: String, deleted: Int64 = 0) -> Document {
    [
      "uuid": .text(uuid), "url": .text("u:" + uuid), "title": .text(title), "type": .text("a"),
      "content": .text("c" + uuid), "content_hash": .text("h:" + uuid), "version": .integer(1),
      "client_id": .text("c"), "deleted": .integer(deleted),
      "last_modified": .text("2026-01-01T00:00:00.000Z"),
      "is_trash": .integer(0), "chunking_status": .text("pending"), "vector_processing": .integer(0),
    ]
  }

  /// Sends changes of a device at a given time, each based on the row's current state.
  @discardableResult
  private func send(
    _ device: String, _ changes: [(String, SyncCore.Operation, Document)], after seconds: Int64,
    from first: Int64
  ) throws -> [Answer] {
    let now = start + .seconds(seconds)
    let head = try head()
    let pushed = changes.enumerated().map { number, change in
      PushedChange(
        entry: Entry(
          changeID: first + Int64(number), row: RowName("Media", change.0), operation: change.1,
          timestamp: now.description, clientID: device, version: 1, payload: change.2), base: head,
        whole: false)
    }
    let request = SendRequest(
      clientID: device, lastProcessed: head,
      device: .init(
        id: DeviceID(rawValue: device), incarnation: Incarnation(rawValue: device + "-1"),
        sentAt: now.description),
      changes: pushed)
    return try hub.send(request, now: now).results ?? []
  }

  /// The hub's document of a medium.
  private func held(_ uuid: String) throws -> Document? { try hub.currentDocuments()[uuid] }

  private func head() throws -> Position { try hub.reading { try LogRange.head($0).position } }

  private func rewind(isDryRun: Bool = false) throws -> HubLibrary.RewindReport {
    try hub.rewind(
      DeviceID(rawValue: "thief"), since: start + .seconds(50), isDryRun: isDryRun,
      now: start + .seconds(1000))
  }

  @Test func `deleted and overwritten rows get back their earlier values`() throws {
    try send(
      "owner", (0..<30).map { ("m\($0)", .create, media("m\($0)", title: "t\($0)")) }, after: 0, from: 1)
    try send("thief", [("m0", .update, ["title": .text("earlier")])], after: 10, from: 1)
    try send(
      "thief", (0..<30).map { ("m\($0)", .update, ["title": .text("OWNED"), "deleted": .integer(1)]) },
      after: 100,
      from: 100)
    let before = try head()
    let dry = try rewind(isDryRun: true)
    #expect(dry.restored == ["Media": 30])
    #expect(try head() == before)
    let report = try rewind()
    #expect(report == dry)
    for number in 1..<30 {
      let document = try #require(try held("m\(number)"))
      #expect(document["title"] == .text("t\(number)"))
      #expect(document["deleted"] == .integer(0))
    }
    // The device's earlier changes stay.
    #expect(try held("m0")?["title"] == .text("earlier"))
    #expect(try rewind().total == 0)
  }

  @Test func `what others have written since stays`() throws {
    try send("owner", [("m", .create, media("m", title: "t"))], after: 0, from: 1)
    try send(
      "thief", [("m", .update, ["title": .text("OWNED"), "author": .text("OWNED")])], after: 100, from: 1)
    try send("owner", [("m", .update, ["title": .text("mended")])], after: 200, from: 2)
    let report = try rewind()
    #expect(report.restored == ["Media": 1])
    #expect(report.overwritten == 1)
    #expect(try held("m")?["title"] == .text("mended"))
    #expect(try held("m")?.says("author") == .null)
  }

  @Test func `rows that only the device wrote are deleted, and rows that others edited stay`() throws {
    try send(
      "thief", [("a", .create, media("a", title: "junk")), ("b", .create, media("b", title: "junk"))],
      after: 100,
      from: 1)
    try send("owner", [("b", .update, ["title": .text("useful")])], after: 200, from: 1)
    #expect(try rewind().removed == ["Media": 1])
    #expect(try held("a")?["deleted"] == .integer(1))
    #expect(try held("b")?["deleted"] == .integer(0))
    #expect(try held("b")?["title"] == .text("useful"))
  }

  @Test func `every device pulls the undo, also the one that it undoes`() throws {
    try send("owner", [("m", .create, media("m", title: "t"))], after: 0, from: 1)
    try send("thief", [("m", .update, ["deleted": .integer(1)])], after: 100, from: 1)
    _ = try rewind()
    for device in ["owner", "thief"] {
      let page = try hub.answer(
        GetRequest(
          clientID: device, since: .start,
          extras: .init(
            device: DeviceID(rawValue: device), incarnation: Incarnation(rawValue: device + "-1"),
            pushed: ChangeID(10), logID: nil, chain: nil, limit: 10, waitSeconds: 0)),
        now: start + .seconds(2000))
      let entries = try GetReply(body: page.body).entries
      guard case .entry(let last)? = entries.last else {
        Issue.record("no entry for \(device)")
        continue
      }
      #expect(last.payload["deleted"] == .integer(0))
    }
    // The undo device never pulls, so it must delay nothing.
    #expect(try hub.devices().first { $0.id == HubLibrary.rewinder }?.isGone == true)
  }
}
