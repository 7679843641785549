import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// A whole row that is queued again brings nothing new if the hub has already had that state
/// (docs/protocol.md §4).
struct OlderStateTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")
  let media = SampleRow.media("https://example/1", hash: "h1")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
    try laptop.send(
      laptop.change(1, .create, "Media", "m", media),
      laptop.change(2, .update, "Media", "m", ["title": .text("Second")]),
      laptop.change(3, .update, "Media", "m", ["title": .text("Third")]), to: hub)
  }

  private func queueAgain(_ document: Document, at: Instant = noon + .seconds(50)) throws -> Answer {
    try desktop.send(
      desktop.change(1, .create, "Media", "m", document, at: at), to: hub, now: noon + .seconds(60))[0]
  }

  @Test(arguments: ["A title", "Second"])
  func `an older state is superseded without a conflict, however late it was written`(title: String) throws {
    let answer = try queueAgain(
      media.overlaid(with: ["title": .text(title), "version": .integer(9), "last_modified": .text("x")]))
    #expect(answer.outcome == .superseded)
    #expect(!answer.exact)
    #expect(answer.document?["title"] == .text("Third"))
    #expect(try hub.count(of: "conflicts") == 0)
    #expect(try hub.count(of: "log") == 3)
  }

  @Test func `a state that the hub never saw competes with the hub's`() throws {
    let answer = try queueAgain(media.overlaid(with: ["title": .text("Fourth")]))
    #expect(answer.outcome == .applied)
    #expect(answer.document?["title"] == .text("Fourth"))
    #expect(try hub.count(of: "conflicts") == 1)
  }

  @Test func `a part of an older state is an ordinary edit`() throws {
    let answer = try desktop.send(
      desktop.change(1, .update, "Media", "m", ["title": .text("Second")], base: 3), to: hub)[0]
    #expect(answer.document?["title"] ?? .text("Second") == .text("Second"))
    #expect(try hub.count(of: "log") == 4)
  }

  @Test func `queueing the present state again changes nothing`() throws {
    let answer = try queueAgain(media.overlaid(with: ["title": .text("Third")]))
    #expect(answer.outcome == .applied)
    #expect(try hub.count(of: "log") == 3)
  }
}
