import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Changes that contain the row's current values (docs/protocol.md §4, Current rows).
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

  @Test func `a retry is a duplicate whatever the row contains by then`() throws {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    let again = try laptop.send(laptop.current(1, .create, "Media", "m", media("two")), to: hub)[0]
    #expect(again.outcome == .duplicate)
    // If the row is gone by the next try, the entry is sent as it was logged.
    let logged = try laptop.send(laptop.change(1, .update, "Media", "m", ["title": .text("x")]), to: hub)[0]
    #expect(logged.outcome == .duplicate)
  }

  @Test func `a sender that lost an answer builds on what it sent, and sends nothing stale`() throws {
    let first = laptop.current(1, .create, "Media", "m", media("one"))
    try laptop.send(first, to: hub)
    // The answer is lost. The desktop has pulled the row, and sets its author.
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

  @Test func `a receipt that changed nothing does not show that the sender saw another's change`() throws {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    try desktop.send(desktop.current(1, .update, "Media", "m", media("theirs"), base: 1), to: hub)
    // It repeats the values of its base. The hub accepts it at the head, after the desktop's change, and its
    // answer is lost.
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

  @Test func `a receipt unknown to the sender means that its library was restored`() throws {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one", author: "somebody")), to: hub)
    // The answer is lost, and the file is restored to before the edit: the log continues with the same ids.
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

  @Test func `an older entry whose id has another row's receipt means that the library was restored`()
    throws
  {
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    // The answer is lost, the file is restored, and two edits of another medium follow under ids 1 and 2.
    let other = SampleRow.media("https://n", hash: "n", title: "two")
    let first = laptop.current(1, .create, "Media", "n", other, at: noon + .seconds(5))
    let second = laptop.current(2, .create, "Media", "n", other, earlier: [first], at: noon + .seconds(9))
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(1))) { try laptop.send(second, to: hub) }
    #expect(try hub.currentDocuments()["n"] == nil)
  }

  @Test func `a late request does not apply a change that its sender has passed`() throws {
    try laptop.send(laptop.current(2, .create, "Media", "m", media("one")), to: hub)
    _ = try laptop.page(of: hub, pushed: 2)
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(1))) {
      try laptop.send(laptop.current(1, .create, "Media", "late", media("late")), to: hub)
    }
  }

  @Test func `a request of a superseded incarnation changes nothing`() throws {
    var next = laptop
    next.incarnation = "second"
    try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)
    try next.send(next.current(1, .update, "Media", "m", media("two"), base: 1), to: hub)
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(2))) {
      try laptop.send(laptop.current(2, .update, "Media", "m", media("late"), base: 1), to: hub)
    }
    #expect(try hub.currentDocuments()["m"]?["title"] == .text("two"))
  }

  @Test func `the answer says if the row equals what was sent`() throws {
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

  @Test func `a delayed request does not undo a later change`() throws {
    try laptop.send(laptop.current(3, .create, "Media", "m", media("three")), to: hub)
    let late = try laptop.send(laptop.current(1, .create, "Media", "m", media("one")), to: hub)[0]
    #expect(late.outcome == .duplicate)
    #expect(try hub.currentDocuments()["m"]?["title"] == .text("three"))
  }

  @Test func `a number and its text are not a difference`() throws {
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
