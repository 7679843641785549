import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Pages of the log, and how the hub recognises a restored hub or another log (protocol.md §3).
struct PullTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"))
    for (index, sender) in [laptop, desktop, laptop, desktop, laptop].enumerated() {
      let id = Int64(index + 1)
      try sender.send(
        sender.change(id, .create, "Keywords", "k-\(id)", SampleRow.keyword("word \(id)")), to: hub)
    }
  }

  @Test func `a device's own entries are left out up to its acknowledged position`() throws {
    #expect(try laptop.page(of: hub, pushed: 3).readable.map(\.changeID) == [2, 4, 5])
    #expect(try laptop.page(of: hub, pushed: 5).readable.map(\.changeID) == [2, 4])
    var reborn = laptop
    reborn.incarnation = "second"
    #expect(try reborn.page(of: hub, pushed: 5).readable.map(\.changeID) == [1, 2, 3, 4, 5])
  }

  @Test func `next skips left-out entries`() throws {
    let page = try laptop.page(of: hub, since: 4, pushed: 5)
    #expect(page.entries.isEmpty)
    #expect(page.extras?.next == Position(5))
    #expect(page.extras?.hasMore == false)
  }

  @Test func `pages follow each other without a gap`() throws {
    var since: Int64 = 0
    var seen: [Int64] = []
    var chain: ChainValue?
    for _ in 0..<10 {
      let page = try desktop.page(of: hub, since: since, limit: 2, chain: chain)
      seen += page.readable.map(\.changeID)
      let extras = try #require(page.extras)
      since = extras.next.rawValue
      chain = extras.chain
      if !extras.hasMore { break }
    }
    #expect(seen == [1, 2, 3, 4, 5])
  }

  @Test func `a large row has its own page`() throws {
    for (id, bytes) in [
      (Int64(7), 10), (8, LogPage.largeDocument + 1), (9, LogPage.largeDocument + 1), (10, 10),
    ] {
      let word = "word \(id) " + String(repeating: "x", count: bytes)
      try laptop.send(laptop.change(id, .create, "Keywords", "k-\(id)", SampleRow.keyword(word)), to: hub)
    }
    var since: Int64 = 0
    var pages: [[Int64]] = []
    for _ in 0..<10 {
      let page = try desktop.page(of: hub, since: since)
      pages.append(page.readable.map(\.changeID))
      let extras = try #require(page.extras)
      since = extras.next.rawValue
      if !extras.hasMore { break }
    }
    #expect(pages.count == 4 && pages[1...].allSatisfy { $0.count == 1 }, "\(pages)")
  }

  @Test func `an entry carries the row's whole document`() throws {
    try laptop.send(laptop.change(6, .update, "Keywords", "k-1", ["deleted": .integer(1)], base: 1), to: hub)
    let entry = try #require(try desktop.page(of: hub, since: 5).readable.first)
    #expect(entry.payload["keyword"] == .text("word 1"))
    #expect(entry.version == 2)
    #expect(entry.serverTimestamp == noon.description)
    #expect(entry.payload["last_modified"] == .text(noon.description))
  }

  @Test func `a cursor of another log is refused`() throws {
    var asked = GetRequest(clientID: "c", since: .start, extras: nil)
    asked.extras = .init(
      device: DeviceID(rawValue: "d"), incarnation: Incarnation(rawValue: "i"), pushed: .none,
      logID: LogID(rawValue: "another"), chain: nil, limit: 10, waitSeconds: 0)
    let request = asked
    #expect(throws: HubStoreError.logMismatch(ours: hub.logID)) { try hub.page(request, now: noon) }
  }

  @Test func `a position beyond the log, or another chain value, means a restored hub`() throws {
    #expect(throws: HubStoreError.logRewound(at: Position(6))) { try laptop.page(of: hub, since: 6) }
    #expect(throws: HubStoreError.logRewound(at: Position(3))) {
      try laptop.page(of: hub, since: 3, chain: ChainValue(rawValue: String(repeating: "a", count: 64)))
    }
    var ahead = laptop
    ahead.lastProcessed = Position(9)
    let sender = ahead
    #expect(throws: HubStoreError.logRewound(at: Position(9))) {
      try sender.send(sender.change(9, .create, "Keywords", "k-9", SampleRow.keyword("nine")), to: hub)
    }
    #expect(throws: HubStoreError.logRewound(at: Position(8))) {
      try laptop.send(
        laptop.change(9, .update, "Keywords", "k-1", ["deleted": .integer(1)], base: 8), to: hub)
    }
  }

  @Test func `two logs with the same changes have the same chain, others have another`() throws {
    let twin = try HubLibrary.open(at: directory.path("twin.sqlite"))
    try laptop.send(laptop.change(1, .create, "Keywords", "k-1", SampleRow.keyword("word 1")), to: twin)
    let theirs = try desktop.page(of: twin, since: 0).extras?.chain
    let ours = try desktop.page(of: hub, since: 0, limit: 1).extras?.chain
    #expect(theirs == ours)
    try laptop.send(laptop.change(2, .create, "Keywords", "k-2", SampleRow.keyword("other")), to: twin)
    #expect(try desktop.page(of: twin).extras?.chain != desktop.page(of: hub, limit: 2).extras?.chain)
  }

  @Test func `a restart keeps everything`() throws {
    let path = directory.path("restarted.sqlite")
    var before: HubLibrary? = try HubLibrary.open(at: path)
    let log = try #require(before?.logID)
    if let before {
      try laptop.send(laptop.change(1, .create, "Keywords", "k", SampleRow.keyword("one")), to: before)
    }
    before = nil
    let after = try HubLibrary.open(at: path)
    #expect(after.logID == log)
    #expect(try desktop.page(of: after).readable.map(\.row.uuid) == ["k"])
    let again = try laptop.send(
      laptop.change(1, .create, "Keywords", "k", SampleRow.keyword("one")), to: after)
    #expect(again.map(\.outcome) == [.duplicate])
    let merged = try desktop.send(
      desktop.change(1, .create, "Keywords", "other", SampleRow.keyword("ONE")), to: after)
    #expect(merged.map(\.canonicalUUID) == ["k"])
  }

  @Test func `a layer-1 client gets at most 50 entries, none of them its own`() throws {
    for id in 10..<70 as Range<Int64> {
      try laptop.send(
        laptop.change(id, .create, "Keywords", "k-\(id)", SampleRow.keyword("word \(id)")), to: hub)
    }
    let asked = GetRequest(clientID: "app-desktop", since: .start, extras: nil)
    let page = try GetReply(body: try hub.page(asked, now: noon).body)
    #expect(page.entries.count == 50)
    #expect(page.readable.allSatisfy { $0.clientID == "app-laptop" })
    #expect(page.latest == Position(65))
    // These fields tell a daemon that took the hub for a layer-1 server what it is; others ignore them.
    #expect(page.extras?.logID == hub.logID)
  }

  @Test func `a layer-1 client sends without a device, and may reuse its ids`() throws {
    let change = laptop.change(1, .create, "Keywords", "n-1", SampleRow.keyword("new 1"))
    let other = laptop.change(1, .create, "Keywords", "n-2", SampleRow.keyword("new 2"))
    func send(_ change: PushedChange) throws -> [Outcome] {
      let request = SendRequest(clientID: "old", lastProcessed: Position(5), device: nil, changes: [change])
      return try hub.send(request, now: noon).results?.map(\.outcome) ?? []
    }
    #expect(try send(change) == [.applied])
    #expect(try send(change) == [.duplicate])
    #expect(try send(other) == [.applied])
    #expect(try send(other) == [.duplicate])
    #expect(try hub.count(of: "log") == 7)
  }
}
