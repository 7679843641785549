import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Natural keys count only for senders whose library has them (docs/protocol.md §4, Keys).
struct SenderKeyTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  /// A sender with the application's later schema: texts may be equal, transcripts have runs.
  let modern: SampleSender
  let other: SampleSender
  let old = SampleSender(device: "old")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"))
    let keys = LibraryKeys.declared([
      "Media": [UniqueKey(columns: ["url"], ignoresCase: false)],
      "Keywords": [UniqueKey(columns: ["keyword"], ignoresCase: true)],
      "MediaChunks": [UniqueKey(columns: ["chunk_id"], ignoresCase: false)],
      "Transcripts": [
        UniqueKey(columns: ["media_uuid", "transcription_run_id"], ignoresCase: false),
        UniqueKey(columns: ["media_uuid", "idempotency_key"], ignoresCase: false),
      ],
    ])
    modern = SampleSender(device: "modern", keys: keys, pushed: ChangeID.none)
    other = SampleSender(device: "other", keys: keys, pushed: ChangeID.none)
  }

  private func run(_ media: String, _ number: Int64, _ text: String, after: Int64? = nil) -> Document {
    SampleRow.transcript(media, .text("large"), text).overlaid(with: [
      "transcription_run_id": .integer(number), "supersedes_run_id": after.map { .integer($0) } ?? .null,
    ])
  }

  @Test func `media with one text stay separate for senders without that key`() throws {
    let answers = try modern.send(
      modern.current(1, .create, "Media", "a", SampleRow.media("https://a", hash: "h")),
      modern.current(2, .create, "Media", "b", SampleRow.media("https://b", hash: "h")), to: hub)
    #expect(answers.map(\.outcome) == [.applied, .applied])
    #expect(answers.map(\.exact) == [true, true])
    // A sender with the key finds no claim: nobody has made one.
    let third = try old.send(
      old.change(1, .create, "Media", "c", SampleRow.media("https://c", hash: "h")), to: hub)[0]
    #expect(third.outcome == .applied)
    // The next one finds the claim of the third.
    let fourth = try SampleSender(device: "older").send(
      SampleSender(device: "older").change(1, .create, "Media", "d", SampleRow.media("https://d", hash: "h")),
      to: hub)[0]
    #expect(fourth.canonicalUUID == "c")
  }

  @Test func `a writer without the key releases the claim and loses nothing`() throws {
    try old.send(old.change(1, .create, "Media", "a", SampleRow.media("https://a", hash: "h")), to: hub)
    let other = SampleRow.media("https://a", hash: "g")
    let answer = try modern.send(modern.current(1, .update, "Media", "a", other, base: 1), to: hub)[0]
    #expect(answer.lost == nil)
    let again = try old.send(
      old.change(2, .create, "Media", "b", SampleRow.media("https://b", hash: "g")), to: hub)[0]
    #expect(again.outcome == .applied)
  }

  @Test func `one chunk id under two media is two chunks, and the later one is named by its row`() throws {
    try old.send(
      old.change(1, .create, "Media", "m", SampleRow.media("https://m", hash: "1")),
      old.change(2, .create, "Media", "n", SampleRow.media("https://n", hash: "2")),
      old.change(3, .create, "MediaChunks", "c", chunk("m", "1_chunk_1", "of m")), to: hub)
    let answer = try modern.send(
      modern.current(1, .create, "MediaChunks", "d", chunk("n", "1_chunk_1", "of n")), to: hub)[0]
    #expect(answer.outcome == .applied)
    #expect(!answer.exact)
    #expect(answer.document?["chunk_id"] == .text("1_chunk_1~d"))
    #expect(answer.document?["media_uuid"] == .text("n"))
    let same = try modern.send(
      modern.current(2, .create, "MediaChunks", "e", chunk("m", "1_chunk_1", "of m again")), to: hub)[0]
    #expect(same.canonicalUUID == "c")
  }

  private func chunk(_ media: String, _ name: String, _ text: String) -> Document {
    [
      "media_uuid": .text(media), "chunk_id": .text(name), "chunk_text": .text(text), "deleted": .integer(0),
    ]
  }

  @Test func `two devices that both number a run 1 keep both, and the next number stays above them`() throws {
    let media = SampleRow.media("https://m", hash: "1").overlaid(with: [
      "next_transcription_run_id": .integer(3), "latest_transcription_run_id": .integer(2),
    ])
    try modern.send(
      modern.current(1, .create, "Media", "m", media),
      modern.current(2, .create, "Transcripts", "t1", run("m", 1, "one")),
      modern.current(3, .create, "Transcripts", "t2", run("m", 2, "two", after: 1)), to: hub)
    let answers = try other.send(
      other.current(1, .create, "Transcripts", "u1", run("m", 1, "eins")),
      other.current(2, .create, "Transcripts", "u2", run("m", 2, "zwei", after: 1)), to: hub)
    #expect(answers.map { $0.document?["transcription_run_id"] } == [.integer(3), .integer(4)])
    #expect(answers[1].document?["supersedes_run_id"] == .integer(3))
    let documents = try hub.currentDocuments()
    #expect(documents["m"]?["next_transcription_run_id"] == .integer(5))
    #expect(documents["m"]?["latest_transcription_run_id"] == .integer(2))
    #expect(documents["t2"]?["supersedes_run_id"] == .integer(1))
  }

  @Test func `two next numbers merge to the greater`() throws {
    let media = SampleRow.media("https://m", hash: "1")
    let ahead = media.overlaid(with: ["next_transcription_run_id": .integer(7)])
    try modern.send(modern.current(1, .create, "Media", "m", ahead), to: hub)
    let behind = media.overlaid(with: ["next_transcription_run_id": .integer(4)])
    let answer = try other.send(other.current(1, .update, "Media", "m", behind, base: 0), to: hub)[0]
    #expect(answer.document?["next_transcription_run_id"] == .integer(7))
    #expect(answer.lost == nil)
  }

  @Test(arguments: [4, 400]) func `a cycle of renamed keywords in a batch is no conflict`(count: Int) throws {
    let words = (0..<count).map { "word \($0)" }
    let made = words.enumerated().map { place, word in
      modern.current(Int64(place + 1), .create, "Keywords", "k\(place)", SampleRow.keyword(word))
    }
    let created = try hub.send(modern.request(made), now: noon).results ?? []
    #expect(!created.map(\.exact).contains(false))
    let renamed = words.indices.map { place in
      modern.current(
        Int64(count + place + 1), .update, "Keywords", "k\(place)",
        SampleRow.keyword(words[(place + 1) % count]), base: Int64(count))
    }
    let answers = try hub.send(modern.request(renamed), now: noon).results ?? []
    #expect(answers.allSatisfy { $0.exact && $0.lost == nil })
    #expect(try hub.count(of: "conflicts") == 0)
    #expect(try hub.currentDocuments()["k0"]?["keyword"] == .text("word 1"))
  }

  @Test func `a rename cycle across two batches learns who holds the key, and then gets it`() throws {
    try modern.send(
      modern.current(1, .create, "Keywords", "a", SampleRow.keyword("x")),
      modern.current(2, .create, "Keywords", "b", SampleRow.keyword("y")), to: hub)
    let first = try modern.send(
      modern.current(3, .update, "Keywords", "a", SampleRow.keyword("y"), base: 2), to: hub)[0]
    #expect(first.lost == ["keyword"])
    #expect(first.heldBy == "b")
    let second = try modern.send(
      modern.current(4, .update, "Keywords", "a", SampleRow.keyword("y"), base: 2, vacated: ["b"]), to: hub)[
        0]
    #expect(second.lost == nil)
    let third = try modern.send(
      modern.current(5, .update, "Keywords", "b", SampleRow.keyword("x"), base: 2), to: hub)[0]
    #expect(third.lost == nil)
    let documents = try hub.currentDocuments()
    #expect([documents["a"]?["keyword"], documents["b"]?["keyword"]] == [.text("y"), .text("x")])
  }

  @Test func `a cycle of four renames in batches of three keeps every name`() throws {
    let words = ["u", "v", "w", "x"]
    let uuids = ["a", "b", "c", "d"]
    for place in words.indices {
      try modern.send(
        modern.current(
          Int64(place + 1), .create, "Keywords", uuids[place], SampleRow.keyword(words[place])), to: hub)
    }
    func renamed(_ id: Int64, _ place: Int, vacated: [String] = []) -> PushedChange {
      modern.current(
        id, .update, "Keywords", uuids[place], SampleRow.keyword(words[(place + 1) % 4]), base: 4,
        vacated: vacated)
    }
    let first = try modern.send(renamed(5, 0), renamed(6, 1), renamed(7, 2), to: hub)
    #expect(first.map(\.heldBy) == ["b", "c", "d"])
    // c is queued again as well, after the batch: a and b name the row that they wait for, and d needs the
    // key that a releases.
    let second = try modern.send(
      renamed(8, 3), renamed(9, 0, vacated: ["b"]), renamed(10, 1, vacated: ["c"]), to: hub)
    #expect(second.allSatisfy { $0.lost == nil })
    let third = try modern.send(renamed(11, 2), to: hub)
    #expect(third.allSatisfy { $0.lost == nil })
    let documents = try hub.currentDocuments()
    for place in words.indices {
      #expect(documents[uuids[place]]?["keyword"] == .text(words[(place + 1) % 4]))
    }
  }

  @Test func `a row whose new key lost in the batch releases its old one to nobody`() throws {
    try modern.send(
      modern.current(1, .create, "Keywords", "a", SampleRow.keyword("x")),
      modern.current(2, .create, "Keywords", "b", SampleRow.keyword("y")), to: hub)
    try other.send(other.current(1, .create, "Keywords", "c", SampleRow.keyword("z")), to: hub)
    let answers = try modern.send(
      modern.current(3, .update, "Keywords", "b", SampleRow.keyword("z"), base: 2),
      modern.current(4, .update, "Keywords", "a", SampleRow.keyword("y"), base: 2, vacated: ["b"]), to: hub)
    #expect(answers.map(\.heldBy) == ["c", "b"])
    let documents = try hub.currentDocuments()
    #expect([documents["a"]?["keyword"], documents["b"]?["keyword"]] == [.text("x"), .text("y")])
  }

  @Test func `a row that claims no key still gets another number if its number is taken`() throws {
    try old.send(old.change(1, .create, "Media", "m", SampleRow.media("https://1", hash: "1")), to: hub)
    try old.send(old.change(2, .create, "DocumentVersions", "v", SampleRow.version("m", 1, "one")), to: hub)
    // The library cannot hold the row that it queues again for a hub that has lost it.
    var restated = old.change(3, .create, "DocumentVersions", "w", SampleRow.version("m", 1, "other"))
    restated.claimsKeys = false
    let answer = try old.send(restated, to: hub)[0]
    #expect(answer.document?["version_number"] == .integer(2))
  }

  @Test func `a row that can keep neither its old key nor its new one is named by its uuid`() throws {
    try modern.send(
      modern.current(1, .create, "Keywords", "a", SampleRow.keyword("x")),
      modern.current(2, .create, "Keywords", "b", SampleRow.keyword("y")), to: hub)
    try other.send(other.current(1, .create, "Keywords", "c", SampleRow.keyword("z")), to: hub)
    // b moves from y to z, which is taken; by then a has y.
    try modern.send(
      modern.current(3, .update, "Keywords", "a", SampleRow.keyword("y"), base: 2, vacated: ["b"]), to: hub)
    let answer = try modern.send(
      modern.current(4, .update, "Keywords", "b", SampleRow.keyword("z"), base: 2), to: hub)[0]
    #expect(answer.document?["keyword"] == .text("y~b"))
    #expect(answer.lost == ["keyword"])
  }

  @Test func `two rows of one sender are never folded, whatever key the hub still has for one`() throws {
    try modern.send(
      modern.current(1, .create, "Media", "a", SampleRow.media("https://1", hash: "1")), to: hub)
    try other.send(other.current(1, .create, "Media", "c", SampleRow.media("https://2", hash: "2")), to: hub)
    // a moves to a taken address; b was added under the address that a had.
    let answers = try modern.send(
      modern.current(
        2, .update, "Media", "a", SampleRow.media("https://2", hash: "1"), base: 1),
      modern.current(3, .create, "Media", "b", SampleRow.media("https://1", hash: "3")), to: hub)
    #expect(answers[0].lost == ["url"])
    #expect(answers[1].canonicalUUID == nil)
    #expect(try hub.currentDocuments().keys.sorted() == ["a", "b", "c"])
  }
}
