import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// A device learns what others' changes overwrote (docs/protocol.md §4, lost).
struct LossTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .update, "Media", "m", ["title": .text("L"), "author": .text("LA")]), to: hub)
  }

  private func lost(by device: SampleSender, pushed: Int64 = 0) throws -> [Document?] {
    try device.page(of: hub, pushed: pushed).readable.map(\.lost)
  }

  @Test func `a later edit that wins tells the device whose values it overwrote`() throws {
    try desktop.send(
      desktop.change(
        1, .update, "Media", "m", ["title": .text("D"), "author": .text("DA"), "type": .text("x")], base: 1,
        at: noon + .seconds(1)), to: hub, now: noon + .seconds(2))
    #expect(try lost(by: laptop, pushed: 2) == [["title": .text("L"), "author": .text("LA")]])
    #expect(try lost(by: desktop) == [nil, nil, nil], "who wins has lost nothing")
    var reborn = laptop
    reborn.incarnation = "second"
    #expect(try lost(by: reborn).last == [["title": .text("L"), "author": .text("LA")]][0])
  }

  @Test func `a restored library learns what its earlier incarnation learned in an answer`() throws {
    var second = laptop
    second.incarnation = "second"
    let change = second.change(
      1, .update, "Media", "m", ["title": .text("L2")], base: 1, at: noon + .seconds(1))
    #expect(try second.send(change, to: hub, now: noon + .seconds(2))[0].taken == ["title": .text("L")])
    #expect(try lost(by: second, pushed: 1).compactMap { $0 }.isEmpty, "its answer told it")
    // The library is restored to before it sent that.
    var third = laptop
    third.incarnation = "third"
    #expect(try lost(by: third).last == [["title": .text("L")]][0])
    let edit = third.change(1, .update, "Media", "m", ["type": .text("x")], base: 1)
    let answer = try third.send(edit, to: hub, now: noon + .seconds(3))[0]
    #expect(answer.owed.map(\.lost) == [["title": .text("L")]], "a document that replaces the row tells it")
  }

  @Test func `a loss on arrival is in the answer, also in a retry's, and not in the log`() throws {
    let change = desktop.change(
      1, .update, "Media", "m", ["title": .text("D"), "type": .text("x")], base: 1, at: noon + .seconds(-9))
    let answer = try desktop.send(change, to: hub)[0]
    #expect(answer.lost == ["title"])
    #expect(answer.lostTo == "app-laptop")
    // A part of the change won, so the row's own client id names the loser.
    #expect(answer.document?["client_id"] == .text("app-desktop"))
    let again = try desktop.send(change, to: hub)[0]
    #expect(again.outcome == .duplicate)
    #expect(again.lost == ["title"])
    #expect(again.lostTo == "app-laptop")
    #expect(try lost(by: desktop, pushed: 1) == [nil, nil])
    #expect(try lost(by: laptop, pushed: 2) == [nil])
  }

  @Test func `a change that loses entirely does not blame the last entry`() throws {
    try desktop.send(
      desktop.change(1, .update, "Media", "m", ["title": .text("D")], base: 1, at: noon + .seconds(-9)),
      to: hub)
    #expect(try hub.count(of: "log") == 2, "nothing of it won")
    #expect(try lost(by: desktop) == [nil, nil])
  }

  @Test func `a document that replaces the row before the loss was pulled brings the loss`() throws {
    try desktop.send(
      desktop.change(1, .update, "Media", "m", ["title": .text("D")], base: 1, at: noon + .seconds(1)),
      to: hub, now: noon + .seconds(2))
    let change = laptop.change(3, .update, "Media", "m", ["type": .text("x")], base: 2)
    let answer = try laptop.send(change, to: hub, now: noon + .seconds(3))[0]
    #expect(answer.document?["title"] == .text("D"))
    let owed = AnswerLoss(at: Position(3), clientID: "app-desktop", lost: ["title": .text("L")])
    #expect(answer.owed == [owed])
    #expect(try laptop.send(change, to: hub, now: noon + .seconds(4))[0].owed == [owed], "again to a retry")
    #expect(try lost(by: laptop, pushed: 3).contains(["title": .text("L")]), "the entry tells it as well")
    var caughtUp = laptop
    caughtUp.lastProcessed = Position(3)
    let later = laptop.change(4, .update, "Media", "m", ["type": .text("y")], base: 2)
    #expect(try caughtUp.send(later, to: hub, now: noon + .seconds(5))[0].owed.isEmpty)
  }

  @Test func `a layer-1 client gets no losses`() throws {
    let asked = GetRequest(clientID: "app-laptop", since: .start, extras: nil)
    #expect(try GetReply(body: hub.page(asked, now: noon).body).readable.allSatisfy { $0.lost == nil })
  }
}
