import GRDB
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// What retention drops, and what it must keep (docs/decisions/0013).
struct RetentionTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")
  /// A hundred days after everything here was written.
  let later = noon + .seconds(100 * 86_400)

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
  }

  @discardableResult
  private func retain(_ now: Instant? = nil) throws -> HubLibrary.RetentionReport {
    try hub.retain(now: now ?? later, retention: .seconds(90 * 86_400))
  }

  /// Three states of one row, at 1, 2 and 3, and a second row at 4.
  private func write() throws {
    try laptop.send(
      laptop.change(1, .create, "Keywords", "k", SampleRow.keyword("one")),
      laptop.change(2, .update, "Keywords", "k", ["keyword": .text("two")]),
      laptop.change(3, .update, "Keywords", "k", ["keyword": .text("three")]),
      laptop.change(4, .create, "Keywords", "other", SampleRow.keyword("other")), to: hub)
  }

  /// Pulls as a device does, which the hub notes.
  private func pull(_ device: SampleSender, since: Int64, pushed: Int64 = 0, now: Instant) -> HubResponse {
    let extras = GetRequest.Extras(
      device: DeviceID(rawValue: device.device), incarnation: Incarnation(rawValue: device.incarnation),
      pushed: ChangeID(pushed), logID: nil, chain: nil, limit: 100, waitSeconds: 0)
    let asked = GetRequest(clientID: device.device, since: Position(since), extras: extras)
    return hub.answer(HubRequest(method: .get, path: GetRequest.path, query: asked.query), now: now)
  }

  private func code(_ response: HubResponse) -> ProblemCode? {
    response.status == 200 ? nil : Problem(status: response.status, body: response.body).known
  }

  private func positions() throws -> [Int64] {
    try hub.reading { try Int64.fetchAll($0, sql: "SELECT position FROM log ORDER BY position") }
  }

  @Test func `history younger than the retention stays`() throws {
    try write()
    #expect(try retain(noon + .seconds(89 * 86_400)).dropped == 0)
    #expect(try positions() == [1, 2, 3, 4])
  }

  @Test func `a change without its receipt is not judged again: its sender's library is an older copy`()
    throws
  {
    try write()
    _ = pull(laptop, since: 4, pushed: 4, now: later)
    #expect(try retain().receipts == 4)
    let again = laptop.change(3, .update, "Keywords", "k", ["keyword": .text("three")])
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(3))) {
      try laptop.send(again, to: hub, now: later)
    }
    try laptop.send(
      laptop.change(5, .update, "Keywords", "k", ["keyword": .text("five")]), to: hub, now: later)
    #expect(try hub.currentDocuments()["k"]?["keyword"] == .text("five"))
  }

  @Test func `of older history a row keeps its newest state`() throws {
    try write()
    let report = try retain()
    #expect(report.dropped == 2)
    #expect(report.kept == Position(4))
    #expect(try positions() == [3, 4])
    #expect(try hub.currentDocuments()["k"]?["keyword"] == .text("three"))
    #expect(try hub.capabilities(now: later).minChangeID == Position(4))
    #expect(code(pull(desktop, since: 3, now: later)) == .cursorTooOld)
    #expect(code(pull(desktop, since: 4, now: later)) == nil)
  }

  @Test func `a base that an active device may name is never dropped`() throws {
    try write()
    #expect(code(pull(desktop, since: 2, now: later)) == nil)
    #expect(try retain().kept == Position(2))
    #expect(try positions() == [2, 3, 4])
    // The desktop edits the state at 2; only the column that it changed counts.
    let answer = try desktop.send(
      desktop.change(
        1, .update, "Keywords", "k", ["keyword": .text("two"), "deleted": .integer(1)], base: 2),
      to: hub, now: later)[0]
    #expect(answer.document?["keyword"] == .text("three"))
    #expect(answer.document?["deleted"] == .integer(1))
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `a cursor that goes back keeps the log from there on`() throws {
    try write()
    #expect(code(pull(desktop, since: 4, now: later)) == nil)
    // A second later the library came back from an older copy.
    #expect(code(pull(desktop, since: 1, now: later + .seconds(1))) == nil)
    #expect(try retain(later + .seconds(2)).kept == Position(1))
  }

  @Test func `a device that was not seen during the retention delays nothing`() throws {
    try write()
    #expect(code(pull(desktop, since: 1, now: noon)) == nil)
    #expect(try retain().kept == Position(4))
  }

  @Test func `the chain value at the log's beginning is checked, even if its entry was dropped`() throws {
    try write()
    let chain = try #require(try laptop.page(of: hub, pushed: 4).extras).chain
    try laptop.send(laptop.change(5, .delete, "Keywords", "other", base: 4), to: hub)
    _ = pull(laptop, since: 5, pushed: 5, now: noon + .seconds(120))
    try retain()
    #expect(try hub.reading { try LogRange.kept($0) } == Position(5))
    #expect(try positions() == [3], "the last entry went with the row that was forgotten")
    let end = try hub.reading { try LogRange.head($0) }
    #expect(end.position == Position(5))
    #expect(code(pull(laptop, since: 5, now: later)) == nil)
    #expect(throws: HubStoreError.logRewound(at: Position(5))) {
      try laptop.page(of: hub, since: 5, chain: chain)
    }
    #expect(try laptop.page(of: hub, since: 5, chain: ChainValue(rawValue: end.chain)).entries.isEmpty)
    #expect(throws: HubStoreError.logRewound(at: Position(6))) { try laptop.page(of: hub, since: 6) }
    let next = try desktop.send(
      desktop.change(1, .create, "Keywords", "new", SampleRow.keyword("new")), to: hub, now: later)[0]
    #expect(next.landed == Position(6), "no position comes twice")
  }

  @Test func `a push from before the log's beginning is accepted, and judged with what is left`() throws {
    try write()
    try retain()
    var old = desktop
    old.lastProcessed = Position(1)
    let answer = try old.send(
      old.change(1, .update, "Keywords", "k", ["keyword": .text("mine")], base: 1, at: later), to: hub,
      now: later)[0]
    #expect(answer.outcome == .applied)
    #expect(try hub.count(of: "conflicts") == 1, "the base is gone: nothing is overwritten in silence")
  }

  @Test func `a retry is recognised as long as its sender may send it`() throws {
    try write()
    _ = pull(laptop, since: 4, pushed: 2, now: noon + .seconds(120))
    #expect(try retain().receipts == 2)
    let again = try laptop.send(
      laptop.change(3, .update, "Keywords", "k", ["keyword": .text("three")]),
      laptop.change(4, .create, "Keywords", "other", SampleRow.keyword("other")), to: hub, now: later)
    #expect(again.map(\.outcome) == [.duplicate, .duplicate])
    #expect(try hub.count(of: "log") == 2)
  }

  @Test func `receipts within the retention stay, acknowledged or not`() throws {
    try write()
    _ = pull(laptop, since: 4, pushed: 4, now: noon + .seconds(120))
    #expect(try retain(noon + .seconds(86_400)).receipts == 0)
  }

  @Test func `a conflict record stays until the device that lost has pulled past it`() throws {
    try write()
    try desktop.send(
      desktop.change(
        1, .update, "Keywords", "k", ["keyword": .text("mine")], base: 1, at: noon + .seconds(1)),
      to: hub, now: noon + .seconds(1))
    #expect(try hub.count(of: "conflicts") == 1)
    _ = pull(desktop, since: 5, now: later)
    try retain()
    #expect(try hub.count(of: "conflicts") == 1, "the laptop has not been told")
    _ = pull(laptop, since: 5, pushed: 4, now: later)
    try retain()
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `a conflict record in a snapshot stays until the log is pulled past it`() throws {
    try write()
    try desktop.send(
      desktop.change(
        1, .update, "Keywords", "k", ["keyword": .text("mine")], base: 1, at: noon + .seconds(1)),
      to: hub, now: noon + .seconds(1))
    let asked = SnapshotRequest(
      device: DeviceID(rawValue: "laptop"), incarnation: Incarnation(rawValue: "first"))
    #expect(hub.answer(asked.request, now: noon + .seconds(2)).status == 200)
    try retain()
    #expect(try hub.count(of: "conflicts") == 1)
    _ = pull(laptop, since: 5, pushed: 4, now: later)
    try retain()
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `retention in small steps leaves the same as one step`() throws {
    var id: Int64 = 0
    for round in 0..<30 {
      var changes: [PushedChange] = []
      for number in 0..<60 {
        id += 1
        changes.append(
          laptop.change(
            id, round == 0 ? .create : .update, "Keywords", "k-\(number)",
            round == 0 ? SampleRow.keyword("w \(number)") : ["keyword": .text("w \(number) \(round)")],
            base: Int64(round * 60)))
      }
      _ = try hub.send(laptop.request(changes), now: noon)
    }
    let before = try hub.currentDocuments()
    let digest = try hub.digest(DigestRequest(device: nil, logID: nil, at: nil))
    #expect(try retain().dropped == 29 * 60)
    #expect(try hub.count(of: "log") == 60)
    #expect(try hub.currentDocuments() == before)
    #expect(try hub.digest(DigestRequest(device: nil, logID: nil, at: nil)) == digest)
    #expect(throws: HubStoreError.cursorTooOld(kept: Position(1800))) {
      try hub.digest(DigestRequest(device: nil, logID: nil, at: Position(1799)))
    }
    #expect(try retain().dropped == 0)
  }
}
