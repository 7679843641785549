import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Changes that a layer-1 client sends to the hub: versions decide first (protocol.md §4).
struct LayerOneSenderTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"))
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")), to: hub)
  }

  /// Sends the log entry of an old client under this id.
  @discardableResult
  private func send(
    _ changes: PushedChange..., from client: String = "old", processed: Int64 = 0, now: Instant = noon
  ) throws -> [Answer] {
    let changes = changes.map { change in
      var change = change
      change.entry.clientID = client
      return change
    }
    let request = SendRequest(
      clientID: client, lastProcessed: Position(processed), device: nil, changes: changes)
    return try hub.send(request, now: now).results ?? []
  }

  private func update(_ id: Int64, title: String, version: Int64, at moment: Instant = noon) -> PushedChange {
    laptop.change(id, .update, "Media", "m", ["title": .text(title)], version: version, at: moment)
  }

  private func title() throws -> Value? {
    try laptop.page(of: hub, since: 0).readable.last?.payload["title"]
  }

  @Test func `an older version does not beat a newer row, and its values are kept as a conflict`() throws {
    for version in 2...Int64(4) {
      try laptop.send(
        laptop.change(version, .update, "Media", "m", ["title": .text("L\(version)")], base: version - 1),
        to: hub)
    }
    let answer = try send(
      update(1, title: "older, and edited later", version: 3, at: noon + .seconds(500)), processed: 1,
      now: noon + .seconds(600))[0]
    #expect(answer.outcome == .superseded)
    #expect(answer.lost == ["title"])
    #expect(try title() == .text("L4"))
    #expect(try hub.count(of: "conflicts") == 1)
  }

  @Test func `a newer version wins, and so does an equal one of another client that was edited later`()
    throws
  {
    try laptop.send(laptop.change(2, .update, "Media", "m", ["title": .text("L")], base: 1), to: hub)
    let now = noon + .seconds(600)
    let equal = try send(
      update(1, title: "equal", version: 2, at: noon + .seconds(100)), processed: 1, now: now)
    #expect(equal[0].outcome == .applied)
    #expect(try title() == .text("equal"))
    let newer = try send(
      update(2, title: "newer", version: 4, at: noon + .seconds(200)), processed: 3, now: now)
    #expect(newer[0].outcome == .applied)
    #expect(try title() == .text("newer"))
  }

  @Test func `the same version of the same client changes nothing`() throws {
    try send(update(1, title: "first", version: 2), processed: 1)
    let again = try send(update(9, title: "again", version: 2), processed: 1)[0]
    #expect(again.outcome == .superseded)
    #expect(try title() == .text("first"))
    #expect(try hub.count(of: "conflicts") == 1)
  }

  @Test
  func `a client's edit after it won a conflict is accepted, though it does not know the row's version`()
    throws
  {
    let now = noon + .seconds(600)
    try laptop.send(
      laptop.change(2, .update, "Media", "m", ["title": .text("L")], base: 1), to: hub, now: now)
    let answers = try send(
      update(1, title: "mine", version: 2, at: noon + .seconds(10)),
      update(2, title: "mine, again", version: 3, at: noon + .seconds(20)),
      update(3, title: "mine, at last", version: 4, at: noon + .seconds(30)), processed: 1, now: now)
    #expect(answers.map(\.outcome) == [.applied, .applied, .applied])
    #expect(try title() == .text("mine, at last"))
  }

  @Test func `a client that sends its whole log again changes nothing, and leaves no conflict`() throws {
    let now = noon + .seconds(600)
    try send(
      update(1, title: "second", version: 2, at: noon + .seconds(10)),
      update(2, title: "third", version: 3, at: noon + .seconds(20)), processed: 1, now: now)
    let again = try send(
      update(11, title: "second", version: 2, at: noon + .seconds(10)),
      update(12, title: "third", version: 3, at: noon + .seconds(20)), now: now)
    #expect(again.map(\.outcome) == [.superseded, .superseded])
    #expect(try title() == .text("third"))
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `an older version releases no key that the row keeps`() throws {
    try laptop.send(
      laptop.change(2, .create, "Keywords", "first", SampleRow.keyword("x")),
      laptop.change(3, .create, "Keywords", "second", SampleRow.keyword("y")), to: hub)
    // Others raise the version of the first one, and keep its word.
    for (id, version) in [(Int64(4), Int64(2)), (5, 3)] {
      try laptop.send(
        laptop.change(
          id, .update, "Keywords", "first", ["prev_version": .integer(version)], base: id - 1,
          version: version), to: hub)
    }
    let answers = try send(
      laptop.change(1, .update, "Keywords", "second", ["keyword": .text("x")], version: 2),
      laptop.change(2, .update, "Keywords", "first", ["keyword": .text("y")], version: 2), processed: 3)
    #expect(answers[1].outcome == .superseded)
    let words = try laptop.page(of: hub, since: 0).readable.reduce(into: [String: Value]()) {
      if $1.row.entity == "Keywords" { $0[$1.row.uuid] = $1.payload["keyword"] }
    }
    #expect(words == ["first": .text("x"), "second": .text("y")])
  }

  @Test func `a layer-2 device is merged by its base, whatever its version says`() throws {
    for version in 2...Int64(4) {
      try laptop.send(
        laptop.change(version, .update, "Media", "m", ["title": .text("L\(version)")], base: version - 1),
        to: hub)
    }
    let desktop = SampleSender(device: "desktop")
    let answer = try desktop.send(
      desktop.change(1, .update, "Media", "m", ["author": .text("D")], base: 1, version: 2), to: hub)[0]
    #expect(answer.outcome == .applied)
    #expect(answer.document?["author"] == .text("D"))
  }
}
