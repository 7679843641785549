import Glibc
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// The hub processes a `/send` in bounded steps: it serves others in between, and the sender sees no
/// difference.
struct IncrementalSendTests {
  let directory: TemporaryDirectory
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws { directory = try TemporaryDirectory() }

  private func hub(steps: Int = 250, bytesMax: Int = 8 << 20) throws -> HubLibrary {
    try HubLibrary.open(
      at: directory.path("hub-\(steps).sqlite"), bytesMax: bytesMax, durability: .process,
      newLogID: LogID(rawValue: "log"), stepChanges: steps)
  }

  private func keywords(_ sender: SampleSender, _ ids: ClosedRange<Int64>) -> [PushedChange] {
    ids.map {
      sender.change(
        $0, .create, "Keywords", "\(sender.device)-\($0)", SampleRow.keyword("\(sender.device) \($0)"))
    }
  }

  /// Runs all steps; returns their number.
  @discardableResult
  private func finish(_ sending: IncrementalSend) throws -> Int {
    var steps = 0
    while sending.reply == nil {
      try sending.step()
      steps += 1
    }
    return steps
  }

  @Test func `the batches of two senders interleave`() throws {
    let hub = try hub(steps: 10)
    let one = IncrementalSend(laptop.request(keywords(laptop, 1...50)), to: hub, now: noon)
    let other = IncrementalSend(desktop.request(keywords(desktop, 1...50)), to: hub, now: noon)
    for _ in 0..<5 {
      try one.step()
      try other.step()
    }
    for sending in [one, other] {
      let results = try #require(sending.reply?.results)
      #expect(results.map(\.changeID) == (1...50).map { ChangeID($0) })
      #expect(results.allSatisfy { $0.outcome == .applied && $0.exact })
    }
    #expect(one.reply?.latest == Position(90))
    #expect(other.reply?.latest == Position(100))
    let page = try SampleSender(device: "third").page(of: hub)
    let clients = page.readable.map(\.clientID)
    #expect(Set(clients[0..<10]) == ["app-laptop"])
    #expect(Set(clients[10..<20]) == ["app-desktop"])
    #expect(page.readable.map(\.changeID) == Array(1...100))
  }

  @Test func `a row that another device writes between two steps is merged with the batch`() throws {
    let hub = try hub(steps: 2)
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("u", hash: "h", title: "old")), to: hub)
    let changes = [
      laptop.change(2, .update, "Media", "m", ["title": .text("mine")], base: 1),
      laptop.change(3, .create, "Keywords", "k", SampleRow.keyword("between")),
      laptop.change(4, .update, "Media", "m", ["url": .text("mine")], base: 1),
    ]
    let sending = IncrementalSend(laptop.request(changes), to: hub, now: noon)
    try sending.step()
    var other = desktop
    other.lastProcessed = Position(2)
    try other.send(other.change(1, .update, "Media", "m", ["content": .text("theirs")], base: 2), to: hub)
    try finish(sending)
    let answer = try #require(sending.reply?.results?.last)
    #expect(!answer.exact, "somebody else has written the row")
    #expect(answer.document?["content"] == .text("theirs"))
    #expect(answer.document?["title"] == .text("mine"))
    #expect(answer.document?["url"] == .text("mine"))
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `a rename cycle is not split, and two rows never keep one key`() throws {
    let hub = try hub(steps: 2)
    for (id, word) in [(1, "a"), (2, "b"), (3, "c")] as [(Int64, String)] {
      try laptop.send(laptop.change(id, .create, "Keywords", word, SampleRow.keyword(word)), to: hub)
    }
    let renames = [("a", "b"), ("b", "c"), ("c", "a")].enumerated().map { place, names in
      laptop.change(
        Int64(place) + 5, .update, "Keywords", names.0, ["keyword": .text(names.1)], base: 3)
    }
    let between = laptop.change(4, .create, "Keywords", "d", SampleRow.keyword("d"))
    let sending = IncrementalSend(laptop.request([between] + renames), to: hub, now: noon)
    try sending.step()
    #expect(sending.reply != nil, "the ring is judged in one step")
    let documents = try hub.currentDocuments()
    for (row, word) in [("a", "b"), ("b", "c"), ("c", "a")] {
      #expect(documents[row]?["keyword"] == .text(word))
    }
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test(arguments: [1, 3, 1000])
  func `the number of steps of a batch has no visible effect`(steps: Int) throws {
    let hub = try hub(steps: steps)
    var changes = keywords(laptop, 1...5)
    changes.append(laptop.change(6, .create, "Media", "m", SampleRow.media("u", hash: "h")))
    for number in 7...9 as ClosedRange<Int64> {
      changes.append(
        laptop.change(
          number, .create, "DocumentVersions", "v\(number)",
          SampleRow.version("m", 1, number == 9 ? "text 7" : "text \(number)")))
    }
    changes.append(laptop.change(10, .update, "Keywords", "laptop-1", ["keyword": .text("laptop 2")]))
    changes.append(laptop.change(11, .update, "Keywords", "laptop-2", ["keyword": .text("moved")]))
    changes.append(laptop.change(12, .update, "Keywords", "nobody", ["keyword": .text("x")]))
    let results = try hub.send(laptop.request(changes), now: noon).results ?? []
    #expect(
      results.map(\.outcome)
        == Array(repeating: .applied, count: 8) + [.merged, .applied, .applied, .rejected])
    #expect(results[8].canonicalUUID == "v7")
    let documents = try hub.currentDocuments()
    #expect(documents["v8"]?["version_number"] == .integer(2))
    #expect(documents["laptop-1"]?["keyword"] == .text("laptop 2"))
    let again = try hub.send(laptop.request(changes), now: noon).results ?? []
    #expect(again.map(\.landed) == results.map(\.landed))
    #expect(again.dropLast().allSatisfy { $0.outcome == .duplicate })
  }

  @Test func `a batch that is refused as a whole leaves nothing, wherever the bad change is`() throws {
    let hub = try hub(steps: 2)
    try laptop.send(laptop.change(9, .create, "Keywords", "k", SampleRow.keyword("first")), to: hub)
    let changes =
      keywords(laptop, 1...8)
      + [laptop.change(9, .create, "Keywords", "other", SampleRow.keyword("second"), version: 2)]
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(9))) {
      try hub.send(laptop.request(changes), now: noon)
    }
    #expect(try hub.count(of: "log") == 1)
  }

  @Test func `each step reads a bounded part of a row's history`() throws {
    let hub = try hub()
    try laptop.send(laptop.change(1, .create, "Keywords", "k", SampleRow.keyword("w0")), to: hub)
    let edits = (2...300).map { id in
      laptop.change(id, .update, "Keywords", "k", ["keyword": .text("w\(id)")], base: 1)
    }
    try finish(IncrementalSend(laptop.request(edits), to: hub, now: noon))
    // Each change asks whether the row ever had these values.
    let creates = (1...100).map { id in
      desktop.change(id, .create, "Keywords", "k", SampleRow.keyword("never \(id)"))
    }
    let sending = IncrementalSend(desktop.request(creates), to: hub, now: noon)
    #expect(try finish(sending) > 1, "all of them would fit one step by their number")
    #expect(sending.reply?.results?.count == 100)
  }

  @Test func `an answer that would be too large is refused, and fewer changes are answered`() throws {
    let hub = try hub()
    let text = String(repeating: "x", count: 4 << 20)
    var row = SampleRow.media("u", hash: "h")
    row["content"] = .text(text)
    try desktop.send(desktop.change(1, .create, "Media", "m", row), to: hub)
    func edits(_ ids: ClosedRange<Int64>) -> [PushedChange] {
      ids.map { laptop.change($0, .update, "Media", "m", ["title": .text("t\($0)")], whole: true) }
    }
    #expect(throws: HubStoreError.replyTooLarge) {
      try hub.send(laptop.request(edits(1...20)), now: noon)
    }
    #expect(Problem(HubStoreError.replyTooLarge).status == 413)
    for first in stride(from: Int64(1), through: 16, by: 5) {
      let answers = try hub.send(laptop.request(edits(first...(first + 4))), now: noon).results ?? []
      #expect(answers.count == 5)
    }
  }

  @Test func `assigning a number costs the same however many are below it`() throws {
    let hub = try hub()
    try laptop.send(laptop.change(1, .create, "Media", "m", SampleRow.media("u", hash: "h")), to: hub)
    var next: Int64 = 2
    var costs: [UInt64] = []
    for _ in 0..<12 {
      let changes = (next..<(next + 100)).map { id in
        laptop.change(id, .create, "DocumentVersions", "v\(id)", SampleRow.version("m", 1, "text \(id)"))
      }
      next += 100
      let sending = IncrementalSend(laptop.request(changes), to: hub, now: noon)
      let before = cpu()
      try sending.step()
      costs.append(cpu() - before)
      #expect(sending.reply?.results?.allSatisfy { $0.outcome == .applied } == true)
    }
    // The first ones compile statements, and any of them may be disturbed.
    let early = try #require(costs[1...3].min())
    let late = try #require(costs[9...11].min())
    #expect(late < 2 * early, "\(costs)")
    let numbers = try hub.currentDocuments().values.compactMap { $0["version_number"]?.integer }
    #expect(numbers.sorted() == Array(1...1200))
  }

  @Test func `the numbers of a file without an index are indexed on opening`() throws {
    let path = directory.path("old.sqlite")
    do {
      let hub = try HubLibrary.open(at: path)
      try laptop.send(
        laptop.change(1, .create, "Media", "m", SampleRow.media("u", hash: "h")),
        laptop.change(2, .create, "DocumentVersions", "v1", SampleRow.version("m", 1, "one")),
        laptop.change(3, .create, "DocumentVersions", "v2", SampleRow.version("m", 2, "two")), to: hub)
      try hub.writing { try $0.execute(sql: "DROP TABLE numbers") }
    }
    let hub = try HubLibrary.open(at: path)
    let answers = try desktop.send(
      desktop.change(1, .create, "DocumentVersions", "w1", SampleRow.version("m", 1, "two")),
      desktop.change(2, .create, "DocumentVersions", "w2", SampleRow.version("m", 1, "three")), to: hub)
    #expect(answers[0].canonicalUUID == "v2", "the same text is the same version")
    #expect(try hub.currentDocuments()["w2"]?["version_number"] == .integer(3))
  }

  /// This thread's processor time, in nanoseconds: SQLite works on the calling thread.
  private func cpu() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
