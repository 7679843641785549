import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// What one device may send and the others must survive (docs/fuzzing.md).
struct HostileDeviceTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"))
  }

  private func post(_ body: String) -> HubResponse {
    hub.answer(HubRequest(method: .post, path: SendRequest.path, body: Array(body.utf8)), now: noon)
  }

  private func entry(_ members: String, payload: String = #"{\"keyword\":\"k\"}"#) -> String {
    #"{"client_id":"c","device_id":"d","incarnation":"i","sent_at":"2026-01-01T00:00:00Z","changes":[{"#
      + #""change_id":1,"entity":"Keywords","entity_uuid":"u","operation":"create","timestamp":"t","#
      + #""client_id":"c","version":1,"payload":""# + payload + "\"" + members + "}]}"
  }

  @Test(arguments: ["9223372036854775807", "-1", "9007199254740993", "1e999", "\"1\"", "null"])
  func `a version that cannot be incremented is rejected`(version: String) throws {
    let response = post(entry(",\"version\":\(version)"))
    #expect(response.status == 200)
    let reply = try SendReply(body: response.body)
    #expect(reply.results?.first?.code == "malformed_entry")
    try laptop.send(laptop.change(1, .create, "Keywords", "u2", SampleRow.keyword("k")), to: hub)
    let next = try laptop.send(
      laptop.change(2, .update, "Keywords", "u2", ["keyword": .text("l")], base: 1), to: hub)
    #expect(next.first?.outcome == .applied)
  }

  @Test(arguments: ["u\\u0000x", "u\\nx", "\\u001b[2J", String(repeating: "u", count: 513)])
  func `a name with a NUL, a line break or excessive length is rejected`(uuid: String) throws {
    let response = post(entry(",\"entity_uuid\":\"\(uuid)\""))
    #expect(response.status == 200)
    #expect(try SendReply(body: response.body).results?.first?.code == "malformed_entry")
  }

  @Test func `a key with a NUL is rejected, and does not shadow the key before it`() throws {
    let answers = try laptop.send(
      laptop.change(1, .create, "Keywords", "a", SampleRow.keyword("one")),
      laptop.change(2, .create, "Keywords", "b", SampleRow.keyword("one\u{0}two")),
      laptop.change(3, .create, "Keywords", "c", SampleRow.keyword("three")), to: hub)
    #expect(answers.map(\.outcome) == [.applied, .rejected, .applied])
    #expect(answers[1].code == "malformed_payload")
  }

  @Test func `an entity that only looks like a table is rejected`() throws {
    let answer = try laptop.send(
      laptop.change(1, .create, "\u{212A}eywords", "a", SampleRow.keyword("one")), to: hub)[0]
    #expect(answer.code == "unknown_entity")
  }

  @Test func `a uuid that would make a link's name ambiguous is rejected`() throws {
    let answer = try laptop.send(
      laptop.change(1, .create, "Keywords", "a_b", SampleRow.keyword("one")), to: hub)[0]
    #expect(answer.outcome == .rejected)
  }

  @Test(arguments: ["a\u{0}b", "a_b", "", String(repeating: "x", count: 600)])
  func `a link that names no rows is rejected under the name it came with`(keyword: String) throws {
    let answer = try laptop.send(
      laptop.change(1, .link, "MediaKeywords", "m_k", SampleRow.link("m", keyword)), to: hub)[0]
    #expect(answer.outcome == .rejected)
    #expect(answer.code == "malformed_payload")
    #expect(answer.canonicalUUID == nil)
  }

  @Test func `two spellings of one character are two keys, as in every library`() throws {
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
    let answers = try laptop.send(
      laptop.change(1, .create, "Keywords", "a", SampleRow.keyword(composed)),
      laptop.change(2, .create, "Keywords", "b", SampleRow.keyword(decomposed)), to: hub)
    #expect(answers.map(\.outcome) == [.applied, .applied])
    let renamed = try laptop.send(
      laptop.change(3, .delete, "Keywords", "b", ["keyword": .text("other")], base: 2),
      laptop.change(4, .update, "Keywords", "a", ["keyword": .text(decomposed)], base: 1), to: hub)
    #expect(renamed.map(\.exact) == [true, true])
    let entries = try desktop.page(of: hub, since: 3).readable
    #expect(entries.count == 1)
    #expect(entries.first?.payload["keyword"] == .text(decomposed))
  }

  @Test func `a row does not grow beyond what a document may hold`() throws {
    try laptop.send(laptop.change(1, .create, "Keywords", "a", SampleRow.keyword("one")), to: hub)
    var outcomes: [Outcome] = []
    for part in 0..<4 {
      let columns = Document((0..<100).map { ("column\(part)x\($0)", .integer(1)) })
      outcomes += try laptop.send(
        laptop.change(Int64(part) + 2, .update, "Keywords", "a", columns, base: 1), to: hub
      ).map(\.outcome)
    }
    #expect(outcomes == [.applied, .applied, .rejected, .rejected])
    let answer = try laptop.send(
      laptop.change(9, .update, "Keywords", "a", ["keyword": .text("two")], base: 3), to: hub)[0]
    #expect(answer.outcome == .applied)
    for entry in try desktop.page(of: hub).readable {
      #expect(entry.payload.columns.count <= Document.columnsMax)
    }
  }

  @Test func `a row does not grow beyond what a body may hold`() throws {
    let small = try HubLibrary.open(at: directory.path("small.sqlite"), bytesMax: 10_000)
    try laptop.send(laptop.change(1, .create, "Keywords", "a", SampleRow.keyword("one")), to: small)
    let big = Value.text(String(repeating: "x", count: 6000))
    let answers = try laptop.send(
      laptop.change(2, .update, "Keywords", "a", ["one": big], base: 1),
      laptop.change(3, .update, "Keywords", "a", ["two": big], base: 1),
      laptop.change(4, .update, "Keywords", "a", ["keyword": .text("two")], base: 1), to: small)
    #expect(answers.map(\.outcome) == [.applied, .rejected, .applied])
    #expect(answers[1].code == "too_large")
  }

  @Test(arguments: [
    #"{"client_id":"c","device_id":"d\u0000e","incarnation":"i","sent_at":"t","changes":[]}"#,
    #"{"client_id":"c","last_processed_server_id":-1,"changes":[]}"#,
    #"{"client_id":"c","last_processed_server_id":9223372036854775807,"changes":[]}"#,
    #"{"client_id":"","changes":[]}"#, #"{"client_id":"c","changes":{}}"#, "[]", "1", "\"\"",
  ])
  func `a malformed envelope is refused with its code`(body: String) {
    let response = post(body)
    #expect(response.status == 422)
    #expect(Problem(status: 422, body: response.body).known == .badEnvelope)
  }
}
