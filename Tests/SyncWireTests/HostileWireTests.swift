import SyncCore
import SyncWire
import Testing

/// Input on the wire that must neither enter a calculation nor be kept (docs/fuzzing.md).
@Suite struct HostileWireTests {
  private static func answer(_ members: String) -> [UInt8] {
    Array(
      "{\"status\":\"success\",\"latest_change_id\":5,\"results\":[{\"change_id\":1,\"outcome\":\"applied\",\(members)}]}"
        .utf8)
  }

  @Test(arguments: [
    "\"landed\":6", "\"landed\":-1", "\"at\":9223372036854775807", "\"at\":\"1\"",
    "\"version\":9223372036854775807",
    "\"version\":-1", "\"canonical_uuid\":\"\"", "\"canonical_uuid\":\"a\\u0000b\"", "\"landed\":1e999",
  ])
  func `an answer with a number or a name out of bounds is refused`(members: String) {
    #expect(throws: WireError.self) { try SendReply(body: Self.answer(members)) }
  }

  @Test(arguments: [
    "\"next\":6,\"has_more\":false", "\"next\":-1,\"has_more\":false", "\"next\":3,\"has_more\":\"yes\"",
    "\"next\":3,\"has_more\":true,\"chain\":\"\"", "\"next\":3",
  ])
  func `a page with an invalid end is refused`(members: String) {
    let body = "{\"changes\":[],\"latest_change_id\":5,\"log_id\":\"l\",\(members)}"
    #expect(throws: WireError.self) { try GetReply(body: Array(body.utf8)) }
  }

  @Test func `a page that does not move forward is an error`() throws {
    func page(_ ids: [Int64], next: Int64, more: Bool = false) -> GetReply {
      GetReply(
        entries: ids.map {
          .entry(
            Entry(
              changeID: $0, row: RowName("Keywords", "k"), operation: .update, timestamp: "t", clientID: "c",
              version: 1, payload: [:]))
        }, latest: Position(100),
        extras: .init(
          hasMore: more, next: Position(next), chain: ChainValue(rawValue: "c"), logID: LogID(rawValue: "l"),
          serverTime: "t"))
    }
    #expect(page([11, 12], next: 12, more: true).fault(askedFrom: Position(10)) == nil)
    #expect(page([], next: 10).fault(askedFrom: Position(10)) == nil)
    #expect(page([], next: 9).fault(askedFrom: Position(10)) != nil)
    #expect(page([], next: 10, more: true).fault(askedFrom: Position(10)) != nil)
    #expect(page([10], next: 12).fault(askedFrom: Position(10)) != nil)
    #expect(page([12, 11], next: 12).fault(askedFrom: Position(10)) != nil)
    #expect(page([11, 11], next: 12).fault(askedFrom: Position(10)) != nil)
    #expect(page([13], next: 12).fault(askedFrom: Position(10)) != nil)
  }

  @Test func `a million columns spoil their own entry and no other`() throws {
    let columns = (0..<1_000_000).map { "\"c\($0)\":1" }.joined(separator: ",")
    let good =
      #"{"change_id":2,"entity":"Keywords","entity_uuid":"k","operation":"update","timestamp":"t","client_id":"c","#
      + #""version":1,"payload":{}}"#
    let bad = good.replacing("\"change_id\":2", with: "\"change_id\":1").replacing("{}", with: "{\(columns)}")
    let reply = try GetReply(body: Array("{\"changes\":[\(bad),\(good)],\"latest_change_id\":2}".utf8))
    guard case .malformed(let entry) = reply.entries[0], case .entry = reply.entries[1] else {
      Issue.record("the first is malformed, the second is read")
      return
    }
    #expect(entry.code == "malformed_payload")
    #expect(entry.changeID == 1)
  }

  @Test func `endless values are refused before they fill the memory`() {
    let values = "{\"changes\":[" + String(repeating: "0,", count: 2_000_000) + "0],\"latest_change_id\":1}"
    #expect(throws: WireError.self) { try GetReply(body: Array(values.utf8)) }
    let entries = "{\"changes\":[" + String(repeating: "{},", count: 20_000) + "{}],\"latest_change_id\":1}"
    #expect(throws: WireError.self) { try GetReply(body: Array(entries.utf8)) }
  }

  @Test func `a server's words become one line of bounded length without control characters`() {
    let noise = "a\\nb\\u001b[2J\\u202e" + String(repeating: "x", count: 5000)
    let problem = Problem(status: 500, body: Array("{\"detail\":\"\(noise)\",\"code\":\"\(noise)\"}".utf8))
    #expect(problem.detail.hasPrefix("a b [2J x"))
    #expect(problem.detail.unicodeScalars.count <= 300)
    #expect(problem.code.unicodeScalars.count <= 64)
    let grown = "a" + String(repeating: "\u{301}", count: 5000)
    #expect(Failure(.badReply, grown).text.utf8.count < 2000)
  }

  @Test func `two spellings of one character are two values`() {
    #expect(Value.text("caf\u{e9}") != Value.text("cafe\u{301}"))
    #expect(RowName("Keywords", "caf\u{e9}") != RowName("Keywords", "cafe\u{301}"))
    #expect(EntityCatalogue.mediaLibrary["\u{212A}eywords"] == nil)
  }
}
