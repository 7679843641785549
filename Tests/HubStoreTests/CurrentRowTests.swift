import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Changes that bring the row as it is now (docs/protocol.md §4, Current rows).
struct CurrentRowTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop", pushed: ChangeID.none)
  let desktop = SampleSender(device: "desktop", pushed: ChangeID.none)

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"))
  }

  private func media(_ title: String, author: String = "nobody") -> Document {
    SampleRow.media("https://m", hash: "h", title: title).overlaid(with: ["author": .text(author)])
  }

  @Test func `a retry is a retry whatever the row says by then`() throws {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    let again = try laptop.send(laptop.current(1, .create, "Media", "m", media("two")), to: hub)[0]
    #expect(again.outcome == .duplicate)
    // Gone by the next try, it goes as it was logged.
    let logged = try laptop.send(laptop.change(1, .update, "Media", "m", ["title": .text("x")]), to: hub)[0]
    #expect(logged.outcome == .duplicate)
  }

  @Test func `a sender that lost an answer stands on what it sent, and says nothing stale`() throws {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    // The answer is lost. The desktop has pulled the row, and gives it an author.
    try desktop.send(
      desktop.current(1, .update, "Media", "m", media("one", author: "somebody"), base: 1), to: hub)
    let answer = try laptop.send(
      laptop.current(2, .create, "Media", "m", media("two"), at: noon + .seconds(9)), to: hub)[0]
    #expect(answer.lost == nil)
    #expect(answer.document?["title"] == .text("two"))
    #expect(answer.document?["author"] == .text("somebody"))
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `a request that was held up undoes nothing that came after it`() throws {
    try laptop.send(laptop.current(3, .create, "Media", "m", media("three")), to: hub)
    let late = try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)[0]
    #expect(late.outcome == .duplicate)
    #expect(try hub.currentDocuments()["m"]?["title"] == .text("three"))
  }

  @Test func `a number and its text are no difference`() throws {
    try laptop.send(
      laptop.current(1, .create, "Media", "m", media("one").overlaid(with: ["trash_date": .text("5")])),
      to: hub)
    let answer = try desktop.send(
      desktop.current(
        1, .update, "Media", "m", media("one").overlaid(with: ["trash_date": .integer(5)]), base: 1),
      to: hub)[0]
    #expect(answer.lost == nil)
    #expect(try hub.count(of: "log") == 1)
  }
}
