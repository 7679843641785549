import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// The answers to pushed changes (protocol.md §3, verdicts).
struct VerdictTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"))
  }

  private func create() throws {
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")), to: hub)
  }

  @Test func `an uncontested create is exact and keeps its version`() throws {
    let answer = try laptop.send(
      laptop.change(1, .create, "Keywords", "k", SampleRow.keyword("one"), version: 4), to: hub)[0]
    #expect(answer.outcome == .applied)
    #expect(answer.exact)
    #expect(answer.document == nil)
    #expect(answer.version == 4)
    #expect(answer.landed == Position(1))
    #expect(answer.at == Position(1))
  }

  @Test func `within a batch a change builds on the sender's earlier ones`() throws {
    let answers = try laptop.send(
      laptop.change(1, .create, "Keywords", "k", SampleRow.keyword("one")),
      laptop.change(2, .update, "Keywords", "k", ["keyword": .text("two")]), to: hub)
    #expect(answers.map(\.exact) == [true, true])
    #expect(answers.map(\.version) == [1, 2])
  }

  @Test func `changes of different columns on two devices both stay`() throws {
    try create()
    try laptop.send(laptop.change(2, .update, "Media", "m", ["title": .text("L")], base: 1), to: hub)
    let answer = try desktop.send(
      desktop.change(1, .update, "Media", "m", ["author": .text("D")], base: 1), to: hub)[0]
    #expect(answer.outcome == .applied)
    #expect(!answer.exact)
    #expect(answer.document?["title"] == .text("L"))
    #expect(answer.document?["author"] == .text("D"))
    #expect(answer.document?["client_id"] == .text("app-desktop"))
    #expect(answer.version == 3)
    #expect(try hub.count(of: "conflicts") == 0)
  }

  @Test func `of two edits of one column the later wins, by the hub's clock`() throws {
    try create()
    let now = noon + .seconds(100)
    try laptop.send(
      laptop.change(2, .update, "Media", "m", ["title": .text("L")], base: 1, at: noon + .seconds(50)),
      to: hub,
      now: now)
    // The desktop's clock is an hour ahead: its edit was made 60 s ago, before the laptop's.
    var ahead = desktop
    ahead.sentAt = now + .seconds(3600)
    let answer = try ahead.send(
      ahead.change(1, .update, "Media", "m", ["title": .text("D")], base: 1, at: now + .seconds(3540)),
      to: hub,
      now: now)[0]
    #expect(answer.outcome == .superseded)
    #expect(answer.document?["title"] == .text("L"))
    #expect(try hub.count(of: "conflicts") == 1)
  }

  @Test func `with latest-arrival the later arrival wins`() throws {
    let hub = try HubLibrary.open(at: directory.path("arrival.sqlite"), policy: .latestArrival)
    try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")), to: hub)
    try laptop.send(laptop.change(2, .update, "Media", "m", ["title": .text("L")], base: 1), to: hub)
    let answer = try desktop.send(
      desktop.change(1, .update, "Media", "m", ["title": .text("D")], base: 1, at: noon + .seconds(-50)),
      to: hub)[0]
    #expect(answer.document?["title"] == .text("D"))
  }

  @Test func `columns of one group move together`() throws {
    try create()
    let now = noon + .seconds(100)
    try laptop.send(
      laptop.change(
        2, .update, "Media", "m", ["content": .text("L"), "content_hash": .text("hl")], base: 1,
        at: noon + .seconds(50)), to: hub, now: now)
    let answer = try desktop.send(
      desktop.change(
        1, .update, "Media", "m", ["content": .text("D"), "content_hash": .text("hd"), "author": .text("D")],
        base: 1, at: noon + .seconds(20)), to: hub, now: now)[0]
    #expect(answer.document?["content"] == .text("L"))
    #expect(answer.document?["content_hash"] == .text("hl"))
    #expect(answer.document?["author"] == .text("D"))
  }

  @Test func `a retry gets the first answer and the row as it is now`() throws {
    try create()
    try desktop.send(desktop.change(1, .update, "Media", "m", ["title": .text("D")], base: 1), to: hub)
    let again = try laptop.send(
      laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")), to: hub)[0]
    #expect(again.outcome == .duplicate)
    #expect(again.exact)
    #expect(again.landed == Position(1))
    #expect(again.at == Position(2))
    #expect(again.document?["title"] == .text("D"))
    #expect(try hub.count(of: "log") == 2)
  }

  @Test func `a create is recognised again although it was completed from another state of the row`() throws {
    try create()
    var whole = SampleRow.media("https://example/1", hash: "h1")
    whole["author"] = .text("by then")
    let again = try laptop.send(laptop.change(1, .create, "Media", "m", whole), to: hub)[0]
    #expect(again.outcome == .duplicate)
    #expect(again.document?["author"] == nil)
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(1))) {
      try laptop.send(
        laptop.change(1, .create, "Media", "m", whole, at: noon + .milliseconds(1)), to: hub)
    }
  }

  @Test func `a change id with other content rejects the whole batch`() throws {
    try create()
    #expect(throws: HubStoreError.deviceRewound(changeID: ChangeID(1))) {
      try laptop.send(
        laptop.change(7, .create, "Keywords", "k", SampleRow.keyword("one")),
        laptop.change(1, .update, "Media", "m", ["title": .text("other")]), to: hub)
    }
    #expect(try hub.count(of: "log") == 1)
    #expect(try hub.count(of: "landings") == 1)
    var reborn = laptop
    reborn.incarnation = "second"
    let answer = try reborn.send(
      reborn.change(1, .update, "Media", "m", ["title": .text("other")], base: 1), to: hub)[0]
    #expect(answer.outcome == .applied)
  }

  @Test func `a rejected change leaves its neighbours alone and is rejected again`() throws {
    let bad: [PushedChange] = [
      laptop.change(2, .create, "Nothing", "x"),
      laptop.change(3, .link, "Media", "m"),
      laptop.change(4, .update, "Media", "never-seen", ["title": .text("t")]),
      laptop.change(5, .create, "Transcripts", "t", ["whisper_model": .text("tiny")]),
      laptop.change(6, .create, "Transcripts", "t", SampleRow.transcript("nowhere", .null, "a")),
      laptop.change(7, .link, "MediaKeywords", "broken"),
    ]
    let good = [
      laptop.change(1, .create, "Keywords", "k-1", SampleRow.keyword("one")),
      laptop.change(8, .create, "Keywords", "k-2", SampleRow.keyword("two")),
    ]
    let request = laptop.request([good[0]] + bad + [good[1]])
    let answers = try hub.send(request, now: noon).results ?? []
    #expect(
      answers.map(\.code) == [
        nil, "unknown_entity", "unknown_operation", "unknown_row", "incomplete_row", "unknown_parent",
        "malformed_payload", nil,
      ])
    #expect(answers.map { $0.outcome == .rejected } == [false, true, true, true, true, true, true, false])
    let again = try hub.send(request, now: noon).results ?? []
    #expect(again.map(\.code) == answers.map(\.code))
    #expect(try hub.count(of: "log") == 2)
  }

  @Test func `an unreadable change is rejected and its neighbours are accepted`() throws {
    let body = """
      {"client_id":"c","device_id":"d","incarnation":"i","sent_at":"2026-01-01T00:00:00Z","changes":[
      {"change_id":1,"entity":"Keywords","entity_uuid":"k","operation":"create",
       "timestamp":"2026-01-01T00:00:00Z","client_id":"c","version":1,"payload":"[1]"},
      {"change_id":2,"entity":"Keywords","entity_uuid":"l","operation":"create",
       "timestamp":"2026-01-01T00:00:00Z","client_id":"c","version":1,"payload":{"keyword":"w","deleted":false}}]}
      """
    let reply = hub.answer(HubRequest(method: .post, path: "/send", body: Array(body.utf8)), now: noon)
    #expect(reply.status == 200)
    let results = try #require(try SendReply(body: reply.body).results)
    #expect(results.map(\.code) == ["malformed_payload", nil])
    #expect(results.map(\.changeID.rawValue) == [1, 2])
  }

  @Test func `if a payload is partial, the answer brings the document`() throws {
    try create()
    let answer = try desktop.send(
      desktop.change(1, .update, "Media", "m", ["chunking_status": .text("done")], base: 1), to: hub)[0]
    #expect(!answer.exact)
    #expect(answer.document?["client_id"] == .text("app-desktop"))
  }

  @Test func `a soft delete is an ordinary column`() throws {
    try create()
    try laptop.send(laptop.change(2, .update, "Media", "m", ["title": .text("L")], base: 1), to: hub)
    let answer = try desktop.send(desktop.change(1, .delete, "Media", "m", base: 1), to: hub)[0]
    #expect(answer.document?["deleted"] == .integer(1))
    #expect(answer.document?["title"] == .text("L"))
    #expect(try laptop.page(of: hub, since: 2, pushed: 2).readable.first?.operation == .delete)
  }

  @Test func `whole is answered with the document`() throws {
    try create()
    let answer = try laptop.send(
      laptop.change(2, .update, "Media", "m", ["title": .text("L")], base: 1, whole: true), to: hub)[0]
    #expect(!answer.exact)
    #expect(answer.document?["title"] == .text("L"))
  }

  @Test func `a device does not lose to itself, even if it never names a base`() throws {
    try create()
    try laptop.send(laptop.change(2, .create, "Keywords", "k", SampleRow.keyword("one")), to: hub)
    // A keyword added and removed again before the first cycle ended.
    try laptop.send(laptop.change(3, .link, "MediaKeywords", "m_k", SampleRow.link("m", "k")), to: hub)
    try laptop.send(laptop.change(4, .unlink, "MediaKeywords", "m_k", SampleRow.link("m", "k")), to: hub)
    // Two edits of one row, under the hub's name for it.
    for (id, author) in [(Int64(5), "first"), (6, "second")] {
      var change = laptop.change(id, .update, "Media", "m", ["author": .text(author)])
      change.loggedUUID = "m"
      try laptop.send(change, to: hub)
    }
    #expect(try hub.count(of: "conflicts") == 0)
    // Without the name it may have been another row, and the device may never have seen the first in this
    // one.
    try laptop.send(laptop.change(7, .update, "Media", "m", ["author": .text("third")]), to: hub)
    #expect(try hub.count(of: "conflicts") == 1)
  }
}
