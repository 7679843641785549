import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Natural keys with the real shapes (protocol.md §3).
struct NaturalKeyTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"))
  }

  @Test func `the same address on two devices becomes one medium`() throws {
    let first = SampleRow.media("https://example/1", hash: "h1")
    let second = SampleRow.media("https://example/1", hash: "h2", title: "Another title")
    try laptop.send(laptop.change(1, .create, "Media", "l-1", first), to: hub)
    let answer = try desktop.send(desktop.change(1, .create, "Media", "d-1", second), to: hub)[0]
    #expect(answer.outcome == .merged)
    #expect(!answer.exact)
    #expect(answer.canonicalUUID == "l-1")
    #expect(answer.document?["title"] == .text("Another title"))
    #expect(answer.document?["uuid"] == .text("l-1"))
    #expect(answer.version == 2)
    #expect(try hub.currentDocuments().keys.sorted() == ["l-1"])
    #expect(try hub.count(of: "conflicts") > 0)
  }

  @Test func `if two rows hold two keys, the first key decides and the other loses its columns`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "l-1", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "Media", "l-2", SampleRow.media("https://example/2", hash: "h2")), to: hub)
    let both = SampleRow.media("https://example/1", hash: "h2", title: "Both")
    let answer = try desktop.send(desktop.change(1, .create, "Media", "d-1", both), to: hub)[0]
    #expect(answer.canonicalUUID == "l-1")
    #expect(answer.document?["content_hash"] == .text("h1"))
    #expect(answer.document?["content"] == .text("text h1"), "content moves with its hash")
    #expect(answer.document?["title"] == .text("Both"))
  }

  @Test func `keywords that differ in ASCII case are one, beyond ASCII they are two`() throws {
    try laptop.send(
      laptop.change(1, .create, "Keywords", "l-1", SampleRow.keyword("Swift")),
      laptop.change(2, .create, "Keywords", "l-2", SampleRow.keyword("ÄRGER")), to: hub)
    let answers = try desktop.send(
      desktop.change(1, .create, "Keywords", "d-1", SampleRow.keyword("sWIFT")),
      desktop.change(2, .create, "Keywords", "d-2", SampleRow.keyword("ärger")), to: hub)
    #expect(answers.map(\.canonicalUUID) == ["l-1", nil])
    #expect(answers.map(\.outcome) == [.merged, .applied])
  }

  @Test func `children and links that name an alias end at the canonical row`() throws {
    let media = SampleRow.media("https://example/1", hash: "h1")
    try laptop.send(
      laptop.change(1, .create, "Media", "l-1", media),
      laptop.change(2, .create, "Keywords", "k-1", SampleRow.keyword("one")),
      laptop.change(3, .link, "MediaKeywords", "l-1_k-1", SampleRow.link("l-1", "k-1")), to: hub)
    let answers = try desktop.send(
      desktop.change(1, .create, "Media", "d-1", media),
      desktop.change(2, .create, "Keywords", "k-2", SampleRow.keyword("ONE")),
      desktop.change(3, .link, "MediaKeywords", "d-1_k-2", SampleRow.link("d-1", "k-2")),
      desktop.change(4, .create, "Transcripts", "t-1", SampleRow.transcript("d-1", .text("tiny"), "words")),
      to: hub)
    #expect(answers[2].canonicalUUID == "l-1_k-1")
    #expect(!answers[2].exact)
    #expect(answers[3].exact)
    #expect(try hub.currentDocuments()["t-1"]?["media_uuid"] == .text("l-1"))
    #expect(try hub.currentDocuments().keys.sorted() == ["k-1", "l-1", "l-1_k-1", "t-1"])
  }

  @Test func `a link is a row with one column that says whether it exists`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "Keywords", "k", SampleRow.keyword("one")),
      laptop.change(3, .link, "MediaKeywords", "m_k", SampleRow.link("m", "k")), to: hub)
    let answer = try desktop.send(desktop.change(1, .unlink, "MediaKeywords", "m_k", base: 3), to: hub)[0]
    #expect(answer.exact)
    #expect(answer.version == 1)
    let entry = try #require(try laptop.page(of: hub, since: 3, pushed: 3).readable.first)
    #expect(entry.operation == .unlink)
    #expect(entry.payload["linked"] == .integer(0))
    #expect(entry.version == 1)
  }

  @Test func `another text under one version number takes the next number`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "DocumentVersions", "l-v1", SampleRow.version("m", 1, "one")),
      laptop.change(3, .create, "DocumentVersions", "l-v2", SampleRow.version("m", 2, "two")), to: hub)
    let answers = try desktop.send(
      desktop.change(
        1, .create, "DocumentVersions", "d-v1", SampleRow.version("m", 1, "one", created: "now")),
      desktop.change(2, .create, "DocumentVersions", "d-v2", SampleRow.version("m", 2, "other")), to: hub)
    #expect(answers[0].outcome == .merged)
    #expect(answers[0].canonicalUUID == "l-v1")
    #expect(answers[1].outcome == .applied)
    #expect(!answers[1].exact)
    #expect(answers[1].canonicalUUID == nil)
    #expect(answers[1].document?["version_number"] == .integer(3))
  }

  @Test func `transcripts of one model are one, and a transcript without a model stays separate`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "Transcripts", "l-1", SampleRow.transcript("m", .text("tiny"), "a")),
      laptop.change(3, .create, "Transcripts", "l-2", SampleRow.transcript("m", .null, "b")), to: hub)
    let answers = try desktop.send(
      desktop.change(1, .create, "Transcripts", "d-1", SampleRow.transcript("m", .text("tiny"), "c")),
      desktop.change(2, .create, "Transcripts", "d-2", SampleRow.transcript("m", .null, "d")), to: hub)
    #expect(answers.map(\.outcome) == [.merged, .applied])
  }

  @Test func `an update that would take a held key loses only that column`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m-1", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .create, "Media", "m-2", SampleRow.media("https://example/2", hash: "h2")), to: hub)
    let answer = try laptop.send(
      laptop.change(
        3, .update, "Media", "m-2", ["url": .text("https://example/1"), "title": .text("New")], base: 2),
      to: hub)[0]
    #expect(!answer.exact)
    #expect(answer.document?["url"] == .text("https://example/2"))
    #expect(answer.document?["title"] == .text("New"))
    #expect(try hub.count(of: "conflicts") == 1)
  }

  @Test func `another row can take a key that its row has released`() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m-1", SampleRow.media("https://example/1", hash: "h1")),
      laptop.change(2, .update, "Media", "m-1", ["url": .text("https://example/9")]),
      laptop.change(3, .create, "Media", "m-2", SampleRow.media("https://example/1", hash: "h2")), to: hub)
    #expect(try hub.currentDocuments().keys.sorted() == ["m-1", "m-2"])
  }

  @Test func `a change under an alias has an empty base and is never exact`() throws {
    let media = SampleRow.media("https://example/1", hash: "h1")
    try laptop.send(laptop.change(1, .create, "Media", "l-1", media), to: hub)
    try desktop.send(desktop.change(1, .create, "Media", "d-1", media), to: hub)
    let answer = try desktop.send(
      desktop.change(2, .update, "Media", "d-1", ["title": .text("Later")], base: 1, at: noon + .seconds(1)),
      to: hub, now: noon + .seconds(2))[0]
    #expect(answer.outcome == .merged)
    #expect(!answer.exact)
    #expect(answer.canonicalUUID == "l-1")
    #expect(answer.document?["title"] == .text("Later"))
  }
}
