import GRDB
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// The hub forgets deleted rows once every device has seen the deletion, and what happens to them then
/// (docs/decisions/0013).
struct TombstoneCompactionTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")
  let later = noon + .seconds(100 * 86_400)

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
  }

  private func retain() throws -> Int {
    try hub.retain(now: later, retention: .seconds(90 * 86_400)).forgotten
  }

  /// The highest change id of a device that the hub has answered, as the device reports it.
  private func answered(_ device: SampleSender) throws -> Int64 {
    try hub.reading { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT max(change_id) FROM landings JOIN senders ON senders.id = landings.sender WHERE device = ?
          """, arguments: [device.device])
    } ?? 0
  }

  @discardableResult
  private func pull(_ device: SampleSender, since: Int64, pushed: Int64? = nil) throws -> HubResponse {
    let pushed = try pushed ?? answered(device)
    let extras = GetRequest.Extras(
      device: DeviceID(rawValue: device.device), incarnation: Incarnation(rawValue: device.incarnation),
      pushed: ChangeID(pushed), logID: nil, chain: nil, limit: 100, waitSeconds: 0)
    let asked = GetRequest(clientID: device.device, since: Position(since), extras: extras)
    return hub.answer(HubRequest(method: .get, path: GetRequest.path, query: asked.query), now: later)
  }

  private func code(_ response: HubResponse) -> ProblemCode? {
    response.status == 200 ? nil : Problem(status: response.status, body: response.body).known
  }

  private func snapshot(_ device: SampleSender) throws -> SnapshotReply {
    let asked = SnapshotRequest(
      device: DeviceID(rawValue: device.device), incarnation: Incarnation(rawValue: device.incarnation))
    return try SnapshotReply(body: hub.answer(asked.request, now: later).body)
  }

  private func forgottenNames() throws -> [String] {
    try snapshot(SampleSender(device: "looker")).rows.compactMap {
      if case .forgotten(let row, _) = $0 { row.uuid } else { nil }
    }
  }

  /// A medium with a keyword, a link and a transcript (1 to 4).
  private func write() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "Keywords", "k", SampleRow.keyword("one")),
      laptop.change(3, .link, "MediaKeywords", "m_k", SampleRow.link("m", "k")),
      laptop.change(4, .create, "Transcripts", "t", SampleRow.transcript("m", .text("tiny"), "words")),
      to: hub)
  }

  /// Deletes it all, at 5 to 7; the keyword stays.
  private func delete() throws {
    try laptop.send(
      laptop.change(5, .unlink, "MediaKeywords", "m_k", SampleRow.link("m", "k"), base: 4),
      laptop.change(6, .delete, "Transcripts", "t", base: 4),
      laptop.change(7, .delete, "Media", "m", base: 4), to: hub)
  }

  @Test func `a deleted row is forgotten once every device has seen the deletion, children first`() throws {
    try write()
    try delete()
    try pull(laptop, since: 7)
    try pull(desktop, since: 6)
    #expect(try retain() == 2, "the desktop has not seen that the medium went")
    #expect(try hub.currentDocuments().keys.sorted() == ["k", "m"])
    try pull(desktop, since: 7)
    try hub.record(DeviceCheckIn(of: GetRequest.at(7, of: desktop), now: later))
    #expect(try retain() == 1)
    #expect(try hub.currentDocuments().keys.sorted() == ["k"])
    #expect(try hub.count(of: "names") == 4)
    #expect(try forgottenNames() == ["m", "m_k", "t"])
    #expect(
      try hub.digest(DigestRequest(device: nil, logID: nil, at: nil)).entities.map(\.sums.rows).reduce(0, +)
        == 1)
  }

  @Test func `a deletion is kept for a device that has not seen it, however long it is away`() throws {
    try write()
    try hub.record(DeviceCheckIn(of: GetRequest.at(4, of: desktop), now: noon))
    try delete()
    try pull(laptop, since: 7)
    #expect(try retain() == 0)
    #expect(try hub.forget(DeviceID(rawValue: "desktop")))
    #expect(try retain() == 3)
    #expect(try !hub.forget(DeviceID(rawValue: "nobody")))
  }

  @Test func `a device that was declared gone starts over when it returns, and counts again`() throws {
    try write()
    try pull(desktop, since: 4)
    try delete()
    try pull(laptop, since: 7)
    _ = try hub.forget(DeviceID(rawValue: "desktop"))
    #expect(try retain() == 3)
    #expect(try code(pull(desktop, since: 4)) == .cursorTooOld)
    // Even from the log's end: changes that the device does not know to be acknowledged may be forgotten.
    #expect(try code(pull(desktop, since: 7)) == .cursorTooOld)
    #expect(try hub.devices().first { $0.id.rawValue == "desktop" }?.isGone == true)
    let rows = try snapshot(desktop).rows
    #expect(rows.contains(.forgotten(RowName("Media", "m"))))
    #expect(try code(pull(desktop, since: 7)) == nil)
    let device = try #require(try hub.devices().first { $0.id.rawValue == "desktop" })
    #expect(!device.isGone)
    #expect(device.processed == Position(7))
    try laptop.send(laptop.change(8, .delete, "Keywords", "k", base: 7), to: hub, now: noon)
    try pull(laptop, since: 8)
    #expect(try retain() == 0, "the desktop has not seen this one")
  }

  @Test func `a row with dependent rows is not forgotten`() throws {
    try write()
    try laptop.send(laptop.change(7, .delete, "Media", "m", base: 4), to: hub)
    try pull(laptop, since: 5)
    #expect(try retain() == 0, "link and transcript stand")
    try laptop.send(
      laptop.change(8, .unlink, "MediaKeywords", "m_k", SampleRow.link("m", "k"), base: 5), to: hub)
    try hub.record(DeviceCheckIn(of: GetRequest.at(6, of: laptop, pushed: 99), now: later))
    #expect(try retain() == 1, "the transcript stands")
  }

  @Test func `nothing is forgotten while its sender may ask for the outcome of its change`() throws {
    try write()
    try delete()
    try pull(laptop, since: 7, pushed: 6)
    #expect(
      try retain() == 2, "all but the medium, whose deletion the laptop does not know to be acknowledged")
    let again = try laptop.send(laptop.change(7, .delete, "Media", "m", base: 4), to: hub, now: later)[0]
    #expect(again.outcome == .duplicate)
  }

  @Test func `a later create opens a forgotten row again under its name, and a child waits for it`() throws {
    try write()
    try delete()
    try pull(laptop, since: 7)
    #expect(try retain() == 3)
    let orphan = desktop.change(
      1, .create, "Transcripts", "n", SampleRow.transcript("m", .text("base"), "new"))
    let edit = desktop.change(2, .update, "Media", "m", ["title": .text("Back")], base: 4)
    let refused = try desktop.send(orphan, edit, to: hub, now: later)
    #expect(refused.map(\.code) == ["unknown_parent", "unknown_row"])
    let media = SampleRow.media("https://example/1", hash: "h1", title: "Back")
    let answers = try desktop.send(
      desktop.change(3, .create, "Media", "m", media, version: 7),
      desktop.change(4, .create, "Transcripts", "t", SampleRow.transcript("m", .text("tiny"), "again")),
      desktop.change(5, .link, "MediaKeywords", "m_k", SampleRow.link("m", "k")), to: hub, now: later)
    #expect(answers.map(\.outcome) == [.applied, .applied, .applied])
    #expect(answers.map(\.exact) == [true, true, true])
    #expect(answers[0].version == 7)
    #expect(try hub.currentDocuments().keys.sorted() == ["k", "m", "m_k", "t"])
    #expect(try hub.count(of: "names") == 4)
    #expect(try forgottenNames().isEmpty)
    let restarted = try HubLibrary.open(at: directory.path("library.sqlite"))
    let twin = try laptop.send(
      laptop.change(9, .create, "Media", "x", SampleRow.media("https://example/1", hash: "h9")), to: restarted
    )
    #expect(twin.map(\.canonicalUUID) == ["m"], "its keys are held again")
  }

  @Test func `an alias of a forgotten row stays one, and a create under it restores the row's name`() throws {
    let media = SampleRow.media("https://example/1", hash: "h1")
    try laptop.send(laptop.change(1, .create, "Media", "m", media), to: hub)
    try desktop.send(desktop.change(1, .create, "Media", "d", media), to: hub)
    try laptop.send(laptop.change(2, .delete, "Media", "m", base: 1), to: hub)
    try pull(laptop, since: 2)
    try pull(desktop, since: 2)
    #expect(try retain() == 1)
    let answer = try desktop.send(desktop.change(2, .create, "Media", "d", media), to: hub, now: later)[0]
    #expect(answer.canonicalUUID == "m")
    #expect(answer.document?["uuid"] == .text("m"))
    #expect(try hub.currentDocuments().keys.sorted() == ["m"])
  }

  @Test func `a create with the key of a forgotten row restores that row's name`() throws {
    let media = SampleRow.media("https://example/1", hash: "h1")
    try laptop.send(laptop.change(1, .create, "Media", "m", media), to: hub)
    try desktop.send(desktop.change(1, .create, "Media", "d", media), to: hub)
    try laptop.send(laptop.change(2, .delete, "Media", "m", base: 1), to: hub)
    try pull(laptop, since: 2)
    try pull(desktop, since: 2)
    #expect(try retain() == 1)
    // The laptop still holds the row as deleted: no other row with this address would fit there.
    let fresh = SampleSender(device: "fresh")
    let again = SampleRow.media("https://example/1", hash: "h2", title: "Again")
    let answers = try fresh.send(
      fresh.change(1, .create, "Media", "new", again),
      fresh.change(2, .create, "Transcripts", "t", SampleRow.transcript("new", .null, "words")),
      fresh.change(3, .create, "Media", "other", SampleRow.media("https://example/2", hash: "h1")), to: hub,
      now: later)
    #expect(answers.map(\.outcome) == [.merged, .applied, .applied])
    #expect(answers.map(\.canonicalUUID) == ["m", nil, nil])
    #expect(answers[0].document?["title"] == .text("Again"))
    #expect(try hub.currentDocuments()["t"]?["media_uuid"] == .text("m"))
    #expect(try hub.currentDocuments()["m"]?["uuid"] == .text("m"))
    #expect(try forgottenNames().isEmpty)
    let twin = try desktop.send(
      desktop.change(2, .update, "Media", "d", ["author": .text("A")]), to: hub, now: later)
    #expect(twin.map(\.canonicalUUID) == ["m"], "aliases are for ever")
  }

  @Test func `a create with the keys of two forgotten rows merges them`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m-1", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "Media", "m-2", SampleRow.media("https://example/2", hash: "h2")),
      laptop.change(3, .delete, "Media", "m-1"), laptop.change(4, .delete, "Media", "m-2"), to: hub)
    try pull(laptop, since: 4)
    #expect(try retain() == 2)
    let both = SampleRow.media("https://example/1", hash: "h2")
    let answer = try desktop.send(desktop.change(1, .create, "Media", "d", both), to: hub, now: later)[0]
    #expect(answer.canonicalUUID == "m-1")
    #expect(try hub.count(of: "keys") == 2)
    #expect(try forgottenNames().isEmpty)
    let child = try desktop.send(
      desktop.change(2, .create, "Transcripts", "t", SampleRow.transcript("m-2", .null, "words")), to: hub,
      now: later)[0]
    #expect(child.document?["media_uuid"] ?? .text("m-1") == .text("m-1"))
    #expect(try hub.currentDocuments()["t"]?["media_uuid"] == .text("m-1"))
  }

  @Test func `a forgotten row's name that comes with a living row's key becomes its alias`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "Media", "n", SampleRow.media("https://example/2", hash: "h2")),
      laptop.change(3, .delete, "Media", "m"), to: hub)
    try pull(laptop, since: 3)
    #expect(try retain() == 1)
    let moved = SampleRow.media("https://example/2", hash: "h3")
    let answer = try desktop.send(desktop.change(1, .create, "Media", "m", moved), to: hub, now: later)[0]
    #expect(answer.outcome == .merged)
    #expect(answer.canonicalUUID == "n")
    #expect(try hub.currentDocuments().keys.sorted() == ["n"])
    #expect(try forgottenNames().isEmpty)
  }

  @Test func `a document version takes the number after a forgotten one's`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "DocumentVersions", "v", SampleRow.version("m", 1, "one")),
      laptop.change(3, .delete, "DocumentVersions", "v"), to: hub)
    try pull(laptop, since: 3)
    #expect(try retain() == 1)
    let answer = try desktop.send(
      desktop.change(1, .create, "DocumentVersions", "w", SampleRow.version("m", 1, "other")), to: hub,
      now: later)[0]
    #expect(answer.document?["version_number"] == .integer(2))
  }

  @Test func `a retry for a forgotten row learns that there is no row`() throws {
    try write()
    try pull(desktop, since: 4)
    let edit = desktop.change(1, .update, "Media", "m", ["title": .text("Mine")], base: 4)
    #expect(try desktop.send(edit, to: hub)[0].outcome == .applied)
    try laptop.send(
      laptop.change(5, .unlink, "MediaKeywords", "m_k", SampleRow.link("m", "k")),
      laptop.change(6, .delete, "Transcripts", "t"), laptop.change(7, .delete, "Media", "m", base: 5), to: hub
    )
    try pull(laptop, since: 8)
    _ = try hub.forget(DeviceID(rawValue: "desktop"))
    #expect(try retain() == 3)
    let again = try desktop.send(edit, to: hub, now: later)[0]
    #expect(again.outcome == .rejected)
    #expect(again.code == ProblemCode.unknownRow.rawValue)
  }

  @Test func `rows distinguishes forgotten from unknown`() throws {
    try write()
    try delete()
    try pull(laptop, since: 7)
    _ = try retain()
    let asked = RowsRequest(device: nil, logID: nil, rows: [RowName("Media", "m"), RowName("Media", "x")])
    let reply = try RowsReply(body: hub.answer(asked.request, now: later).body)
    #expect(reply.unknown.map(\.forgotten) == [true, false])
  }
}

extension GetRequest {
  /// A pull from a position.
  static func at(_ position: Int64, of device: SampleSender, pushed: Int64 = 0) -> GetRequest {
    GetRequest(
      clientID: device.device, since: Position(position),
      extras: .init(
        device: DeviceID(rawValue: device.device), incarnation: Incarnation(rawValue: device.incarnation),
        pushed: ChangeID(pushed), logID: nil, chain: nil, limit: 100, waitSeconds: 0))
  }
}
