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
    let first = laptop.current(1, .create, "Media", "m", media("one"))
    try laptop.send(first, to: hub)
    // The answer is lost. The desktop has pulled the row, and gives it an author.
    try desktop.send(
      desktop.current(1, .update, "Media", "m", media("one", author: "somebody"), base: 1), to: hub)
    let answer = try laptop.send(
      laptop.current(2, .create, "Media", "m", media("two"), earlier: [first], at: noon + .seconds(9)),
      to: hub)[0]
    #expect(answer.lost == nil)
    #expect(answer.document?["title"] == .text("two"))
    #expect(answer.document?["author"] == .text("somebody"))
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `a landing that changed nothing is not the sender's sight of another's change`() throws {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    try desktop.send(desktop.current(1, .update, "Media", "m", media("theirs"), base: 1), to: hub)
    // It says what stood at its base. It lands at the head, where the desktop's change is, and its answer is lost.
    var laptop = laptop
    laptop.pushed = ChangeID(1)
    let idle = laptop.current(2, .update, "Media", "m", media("one"), base: 1)
    try laptop.send(idle, to: hub)
    let later = laptop.current(
      3, .update, "Media", "m", media("one", author: "somebody"), base: 1, earlier: [idle])
    let answer = try laptop.send(later, to: hub)[0]
    #expect(answer.document?["title"] == .text("theirs"))
    #expect(answer.document?["author"] == .text("somebody"))
  }

  @Test func `a landing that the sender does not know is of a library that was restored`() throws {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one", author: "somebody")), to: hub)
    // The answer is lost, and the file is put back to before the edit: the log goes on under the same ids.
    let other = laptop.current(1, .create, "Media", "m", media("one"), at: noon + .seconds(5))
    for earlier in [[], [other]] {
      #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(1))) {
        try laptop.send(
          laptop.current(2, .create, "Media", "m", media("two"), earlier: earlier, at: noon + .seconds(9)),
          to: hub)
      }
    }
    #expect(try hub.currentDocuments()["m"]?["author"] == .text("somebody"))
  }

  @Test func `an older entry whose id landed as another row's change is of a library that was restored`()
    throws
  {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    // The answer is lost, the file is put back, and two edits of another medium follow under ids 1 and 2.
    let other = SampleRow.media("https://n", hash: "n", title: "two")
    let first = laptop.current(1, .create, "Media", "n", other, at: noon + .seconds(5))
    let second = laptop.current(2, .create, "Media", "n", other, earlier: [first], at: noon + .seconds(9))
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(1))) { try laptop.send(second, to: hub) }
    #expect(try hub.currentDocuments()["n"] == nil)
  }

  @Test func `a change that its sender has passed does not land when a late request brings it`() throws {
    try laptop.send(laptop.current(2, .create, "Media", "m", media("one")), to: hub)
    _ = try laptop.page(of: hub, pushed: 2)
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(1))) {
      try laptop.send(laptop.current(1, .create, "Media", "late", media("late")), to: hub)
    }
  }

  @Test func `a request of an incarnation that another has followed changes nothing`() throws {
    var next = laptop
    next.incarnation = "second"
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    try next.send(next.current(1, .update, "Media", "m", media("two"), base: 1), to: hub)
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(2))) {
      try laptop.send(laptop.current(2, .update, "Media", "m", media("late"), base: 1), to: hub)
    }
    #expect(try hub.currentDocuments()["m"]?["title"] == .text("two"))
  }

  @Test func `a row that stood as it was sent is told so`() throws {
    try desktop.send(desktop.current(1, .create, "Media", "n", media("theirs")), to: hub)
    let sent = laptop.current(1, .create, "Media", "m", media("one"), at: noon + .seconds(1))
    let first = try laptop.send(sent, to: hub, now: noon + .seconds(2))[0]
    #expect(first.canonicalUUID == "n" && first.asSent)
    // The answer is lost, and others write the row.
    try desktop.send(desktop.current(2, .update, "Media", "n", media("two"), base: 2), to: hub)
    let again = try laptop.send(sent, to: hub)[0]
    #expect(again.outcome == .duplicate && again.landed == Position(2))
    #expect(again.asSent)
    let typedSince = laptop.current(1, .create, "Media", "m", media("three"), at: noon + .seconds(1))
    #expect(try !laptop.send(typedSince, to: hub)[0].asSent)
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
