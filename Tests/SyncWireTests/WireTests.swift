import SyncCore
import SyncWire
import Testing

@Suite struct JSONReaderTests {
  @Test(arguments: [
    "{", "[1,]", "{\"a\":}", "01", "1.", "tru", "\"\\x\"", "{} x", "\"a", "-", "[1 2]", "nul",
  ])
  func `invalid JSON is an error, never a crash`(text: String) {
    #expect(throws: JSONError.self) { try JSONReader.read(text) }
  }

  @Test func `a lone surrogate spoils its own value and nothing else`() throws {
    let value = try JSONReader.read(#"{"a":"\ud800","b":"\ud83d\ude00"}"#)
    #expect(value.object?["b"]?.string == "😀")
    guard case .invalid? = value.object?["a"] else {
      Issue.record("the lone surrogate is invalid")
      return
    }
  }

  @Test func `nesting beyond the limit is skipped without recursion`() throws {
    let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
    let value = try JSONReader.read("{\"deep\":\(deep),\"next\":1}")
    #expect(value.object?["next"] == .integer(1))
  }

  @Test func `numbers keep their value`() throws {
    let value = try JSONReader.read(
      "[9223372036854775807,-9223372036854775808,9223372036854775808,1e400,-0.5]")
    #expect(value.array?[0] == .integer(.max))
    #expect(value.array?[1] == .integer(.min))
    #expect(value.array?[2] == .real(9_223_372_036_854_775_808))
    guard case .invalid? = value.array?[3] else {
      Issue.record("a number beyond every bound is invalid")
      return
    }
    #expect(value.array?[4] == .real(-0.5))
  }

  @Test func `invalid UTF-8 spoils its own value and nothing else`() throws {
    let bytes: [UInt8] = Array("{\"a\":\"".utf8) + [0xFF, 0xFE] + Array("\",\"b\":2}".utf8)
    #expect(try JSONReader.read(bytes).object?["b"] == .integer(2))
  }
}

@Suite struct EntryCodingTests {
  private func page(_ entry: String) throws -> ReceivedEntry? {
    try GetReply(body: Array("{\"changes\":[\(entry)],\"latest_change_id\":9}".utf8)).entries.first
  }

  private let head = """
    "change_id":4,"entity":"Media","entity_uuid":"u","operation":"update","timestamp":"t","client_id":"c","version":2
    """

  @Test(arguments: [#""payload":"{\"title\":\"x\"}""#, #""payload":{"title":"x"}"#])
  func `a payload is read from a string and from an object`(payload: String) throws {
    guard case .entry(let entry)? = try page("{\(head),\(payload)}") else {
      Issue.record("the entry is read")
      return
    }
    #expect(entry.payload == ["title": .text("x")])
  }

  @Test func `a link's uuids are found next to a null payload`() throws {
    let text = """
      {"change_id":4,"entity":"MediaKeywords","entity_uuid":"m_k","operation":"link","timestamp":"t",
      "client_id":"c","version":1,"payload":null,"media_uuid":"m","keyword_uuid":"k"}
      """
    guard case .entry(let entry)? = try page(text) else {
      Issue.record("the entry is read")
      return
    }
    #expect(entry.payload == ["media_uuid": .text("m"), "keyword_uuid": .text("k")])
  }

  @Test(arguments: [
    (#"{"change_id":4}"#, "malformed_entry"), ("7", "malformed_entry"),
    (
      #"{"change_id":4,"entity":"Media","entity_uuid":"u","operation":"DROP","timestamp":"t","client_id":"c","version":1}"#,
      "unknown_operation"
    ),
  ])
  func `an unreadable entry is kept as unreadable, with a code`(text: String, code: String) throws {
    guard case .malformed(let malformed)? = try page(text) else {
      Issue.record("the entry is malformed")
      return
    }
    #expect(malformed.code == code)
  }

  @Test func `a page with one bad entry still brings its neighbours`() throws {
    let body =
      "{\"changes\":[{\(head),\"payload\":\"{]\"},{\(head),\"payload\":\"{}\"}],\"latest_change_id\":9}"
    let reply = try GetReply(body: Array(body.utf8))
    #expect(reply.entries.count == 2)
    guard case .malformed = reply.entries[0], case .entry = reply.entries[1] else {
      Issue.record("one is malformed, one is not")
      return
    }
  }
}
