import Hashing
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// A library's content at a position, as checksums (docs/protocol.md §4).
struct StateDigestTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
  }

  private func summary(at position: Int64? = nil, of hub: HubLibrary? = nil) throws -> DigestSummary {
    let asked = DigestRequest(device: nil, logID: nil, at: position.map { Position($0) })
    let response = (hub ?? self.hub).answer(asked.request, now: noon)
    #expect(response.status == 200)
    return try DigestSummary(body: response.body)
  }

  private func refusal(_ request: DigestRequest) -> Problem {
    let response = hub.answer(request.request, now: noon)
    return Problem(status: response.status, body: response.body)
  }

  private func creates(_ numbers: some Sequence<Int64>) -> [PushedChange] {
    numbers.map { laptop.change($0, .create, "Keywords", "k-\($0)", SampleRow.keyword("word \($0)")) }
  }

  @Test func `equal content has equal digests, in whatever order it came`() throws {
    let twin = try HubLibrary.open(at: directory.path("twin.sqlite"), durability: .process)
    _ = try hub.send(laptop.request(creates(1...300)), now: noon)
    _ = try twin.send(laptop.request(creates((1...300).reversed())), now: noon + .seconds(9))
    #expect(try summary().entities == summary(of: twin).entities)
    try laptop.send(
      laptop.change(301, .update, "Keywords", "k-7", ["keyword": .text("other")], base: 300), to: twin)
    let differing = try zip(summary().entities, summary(of: twin).entities).map {
      $0.sums.differing(from: $1.sums)
    }
    #expect(differing.map(\.count) == [0, 1, 0, 0, 0, 0, 0])
    let number = try #require(differing[1].first)
    #expect(number == BucketSums.bucket(of: "k-7", sha256: Digest.sha256))
    let bucket = DigestRequest.Bucket(entity: "Keywords", number: number)
    let rows = try [hub, twin].map { library in
      let asked = DigestRequest(device: nil, logID: nil, at: nil, bucket: bucket)
      return try DigestBucket(body: library.answer(asked.request, now: noon).body).rows
    }
    #expect(rows[0].map(\.uuid) == rows[1].map(\.uuid))
    let different = zip(rows[0], rows[1]).filter { $0.digest != $1.digest }
    #expect(different.map(\.0.uuid) == ["k-7"])
    #expect(different.map(\.1.changeID) == [Position(301)])
  }

  @Test func `the rows of the buckets add up to the sums`() throws {
    _ = try hub.send(laptop.request(creates(1...200)), now: noon)
    let sums = try #require(try summary().entities.first { $0.name == "Keywords" }).sums
    #expect(sums.rows == 200)
    var again = BucketSums()
    for number in 0...255 as ClosedRange<UInt8> {
      let bucket = DigestRequest.Bucket(entity: "Keywords", number: number)
      let asked = DigestRequest(device: nil, logID: nil, at: nil, bucket: bucket)
      for row in try DigestBucket(body: hub.answer(asked.request, now: noon).body).rows {
        again.add(row.digest, to: number)
      }
    }
    #expect(again == sums)
  }

  @Test func `an older position gives the library of that time`() throws {
    var then: [DigestSummary] = []
    for number in 1...20 as ClosedRange<Int64> {
      let base = then.last?.at.rawValue ?? 0
      switch number % 4 {
      case 0:
        try laptop.send(
          laptop.change(number, .update, "Keywords", "k-1", ["keyword": .text("w\(number)")], base: base),
          to: hub)
      case 3: try laptop.send(laptop.change(number, .delete, "Keywords", "k-2", base: base), to: hub)
      default: _ = try hub.send(laptop.request(creates(CollectionOfOne(number))), now: noon)
      }
      then.append(try summary())
    }
    for summary in then { #expect(try self.summary(at: summary.at.rawValue) == summary) }
    #expect(Set(then.map(\.entities)).count > 10)
  }

  @Test func `an alias is not a separate row`() throws {
    let media = SampleRow.media("https://example/1", hash: "h1")
    try laptop.send(laptop.change(1, .create, "Media", "l-1", media), to: hub)
    let before = try summary().entities
    let desktop = SampleSender(device: "desktop")
    try desktop.send(desktop.change(1, .create, "Media", "d-1", media), to: hub)
    #expect(try summary().entities == before)
    let number = BucketSums.bucket(of: "d-1", sha256: Digest.sha256)
    let asked = DigestRequest(
      device: nil, logID: nil, at: nil, bucket: .init(entity: "Media", number: number))
    let rows = try DigestBucket(body: hub.answer(asked.request, now: noon).body).rows
    #expect(!rows.contains { $0.uuid == "d-1" })
  }

  @Test func `a position beyond the log, another log and an unknown entity are refused`() {
    #expect(refusal(.init(device: nil, logID: nil, at: Position(1))).known == .logRewound)
    #expect(refusal(.init(device: nil, logID: LogID(rawValue: "x"), at: nil)).known == .logMismatch)
    let bucket = DigestRequest.Bucket(entity: "sqlite_master", number: 0)
    #expect(refusal(.init(device: nil, logID: nil, at: nil, bucket: bucket)).status == 422)
  }
}
