import GRDB
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// The snapshot's rows carry what a device lost in a part of the log that it never reads (docs/protocol.md
/// §4).
struct SnapshotLossTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")
  let later = noon + .seconds(100 * 86_400)
  /// What the laptop lost at 3.
  let owed = AnswerLoss(at: Position(3), clientID: "app-desktop", lost: ["title": .text("L")])

  /// Two media of the laptop's, at 1 and 2; a title of the first lost to the desktop at 3.
  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1", title: "L")),
      laptop.change(2, .create, "Media", "n", SampleRow.media("https://example/2", hash: "h2")), to: hub)
    try send("D", 1, after: 1)
  }

  private func send(_ title: String, _ id: Int64, after seconds: Int64, from base: Int64 = 0) throws {
    try desktop.send(
      desktop.change(
        id, .update, "Media", "m", ["title": .text(title)], base: base, at: noon + .seconds(seconds)),
      to: hub, now: noon + .seconds(seconds))
  }

  private func snapshot(_ device: SampleSender, after: RowName? = nil, limit: Int? = nil) throws
    -> SnapshotReply
  {
    let asked = SnapshotRequest(
      device: DeviceID(rawValue: device.device), incarnation: Incarnation(rawValue: device.incarnation),
      after: after, limit: limit)
    return try SnapshotReply(body: hub.answer(asked.request, now: noon + .seconds(60)).body)
  }

  private func owed(_ reply: SnapshotReply, _ uuid: String = "m") -> [AnswerLoss] {
    reply.rows.flatMap { line -> [AnswerLoss] in
      switch line {
      case .row(let entry) where entry.row.uuid == uuid: entry.owed
      case .forgotten(let row, let owed) where row.uuid == uuid: owed
      default: []
      }
    }
  }

  /// Pulls a hundred days later.
  private func pull(_ device: SampleSender, since: Int64, pushed: Int64) {
    let extras = GetRequest.Extras(
      device: DeviceID(rawValue: device.device), incarnation: Incarnation(rawValue: device.incarnation),
      pushed: ChangeID(pushed), logID: nil, chain: nil, limit: 100, waitSeconds: 0)
    let asked = GetRequest(clientID: device.device, since: Position(since), extras: extras)
    let request = HubRequest(method: .get, path: GetRequest.path, query: asked.query)
    #expect(hub.answer(request, now: later).status == 200)
  }

  /// The number of records that retention leaves after a hundred days.
  private func recordsLeft(pulling since: Int64?) throws -> Int {
    if let since { pull(laptop, since: since, pushed: 2) }
    _ = try hub.retain(now: later, retention: .seconds(90 * 86_400))
    return try hub.count(of: "conflicts")
  }

  @Test func `a snapshot names the loser's losses, in every reply until the log is pulled past it`() throws {
    #expect(try owed(snapshot(desktop)) == [], "who won has lost nothing")
    for _ in 0..<2 { #expect(try owed(snapshot(laptop)) == [owed]) }
    // A reply that was cut off, or never arrived.
    #expect(try owed(snapshot(laptop, limit: 1)) == [owed])
    #expect(try snapshot(laptop, after: RowName("Media", "m")).rows.count == 1)
    #expect(try recordsLeft(pulling: nil) == 1, "nobody knows that it came")
    #expect(try recordsLeft(pulling: 3) == 0)
    #expect(try owed(snapshot(laptop)) == [])
  }

  @Test func `losses of a row that was not delivered stay owed, whatever is pulled`() throws {
    #expect(try snapshot(laptop, after: RowName("Media", "m")).rows.count == 1)
    _ = try hub.snapshot(
      SnapshotRequest(device: DeviceID(rawValue: "laptop"), incarnation: Incarnation(rawValue: "first")),
      now: noon)
    #expect(try recordsLeft(pulling: 3) == 1)
    #expect(try owed(snapshot(laptop)) == [owed])
  }

  @Test func `a push, and a pull from before the loss, acknowledge nothing`() throws {
    _ = try snapshot(laptop)
    var pushing = laptop
    pushing.lastProcessed = Position(2)
    try pushing.send(pushing.change(3, .update, "Media", "n", ["title": .text("x")], base: 2), to: hub)
    #expect(try recordsLeft(pulling: 2) == 1)
    #expect(try owed(snapshot(laptop)) == [owed])
  }

  @Test func `each change's loss is reported separately, also if its entry was dropped`() throws {
    try laptop.send(
      laptop.change(3, .update, "Media", "m", ["title": .text("L2")], base: 3, at: noon + .seconds(2)),
      to: hub, now: noon + .seconds(2))
    try send("D2", 2, after: 3, from: 3)
    _ = try hub.retain(now: later, retention: .seconds(90 * 86_400))
    let told = try owed(snapshot(laptop))
    #expect(told.map(\.lost) == [["title": .text("L")], ["title": .text("L2")]])
    #expect(told.map(\.at) == [Position(3), Position(5)])
    #expect(told.map(\.clientID) == ["desktop", "app-desktop"])
  }

  @Test func `a loss of a device's own change is in its answer, and in no snapshot`() throws {
    let late = desktop.change(2, .update, "Media", "n", ["title": .text("late")], at: noon + .seconds(-9))
    #expect(try desktop.send(late, to: hub)[0].lost == ["title"])
    #expect(try owed(snapshot(desktop), "n") == [])
  }

  @Test func `a row with only its name left reports the loss too`() throws {
    try desktop.send(desktop.change(2, .delete, "Media", "m", base: 3), to: hub)
    _ = try hub.forget(DeviceID(rawValue: "laptop"))
    pull(desktop, since: 4, pushed: 2)
    #expect(try hub.retain(now: later, retention: .seconds(90 * 86_400)).forgotten == 1)
    let reply = try snapshot(laptop)
    guard case .forgotten? = reply.rows.first else {
      Issue.record("the first row is forgotten")
      return
    }
    #expect(owed(reply).first?.lost == ["title": .text("L")])
  }

  @Test func `a line has a limit: losses beyond it stay owed`() throws {
    let large = String(repeating: "x", count: SnapshotLosses.lineBytes / 2)
    for round in 1...3 as ClosedRange<Int64> {
      let head = try laptop.page(of: hub).latest.rawValue
      try laptop.send(
        laptop.change(
          10 + round, .update, "Media", "m", ["title": .text("\(round)" + large)], base: head,
          at: noon + .seconds(round * 2)), to: hub, now: noon + .seconds(round * 2))
      try send("D\(round)", 10 + round, after: round * 2 + 1, from: head)
    }
    let told = try owed(snapshot(laptop))
    #expect(told.count == 2)
    #expect(told == (try owed(snapshot(laptop))))
    let head = try laptop.page(of: hub).latest.rawValue
    #expect(try recordsLeft(pulling: head) == 2)
    #expect(try owed(snapshot(laptop)).map { $0.lost["title"]?.text?.first } == ["2"])
  }
}
