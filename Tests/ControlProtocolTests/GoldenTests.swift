import ControlProtocol
import Foundation
import Testing

/// Version 1 of the protocol, byte for byte. `MEDIASYNC_REGENERATE=1` writes the files again: use it for
/// additions, never for changes.
@Suite struct GoldenTests {
  private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "Golden")

  private func lines<Message: Codable & Equatable>(
    _ name: String, _ messages: [Message]
  ) throws -> [String] {
    let file = Self.folder.appending(path: name)
    let written = try messages.map { message in
      String(decoding: try Frame.encode(message, limit: Frame.replyMaxBytes), as: UTF8.self)
    }
    if ProcessInfo.processInfo.environment["MEDIASYNC_REGENERATE"] == "1" {
      try written.joined().write(to: file, atomically: true, encoding: .utf8)
    }
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text == written.joined(), "\(name): what is written is not what it was")
    let lines = text.split(separator: "\n").map(String.init)
    let read = try lines.map { try Frame.decode(Message.self, from: Array($0.utf8)) }
    #expect(read == messages, "\(name): what is read is not what it was")
    return lines
  }

  private func expectFitting(_ lines: [String], as definition: String) throws {
    let schema = try Schema()
    for line in lines {
      let faults = schema.faults(line, as: definition)
      #expect(faults.isEmpty, "\(line): \(faults)")
    }
  }

  @Test func `every request matches its recorded line and the schema`() throws {
    try expectFitting(lines("requests.ndjson", GoldenMessages.requests), as: "request")
    #expect(Set(GoldenMessages.requests.map(\.act)) == Set(ControlAct.allCases))
  }

  @Test func `every reply matches its recorded line and the schema`() throws {
    try expectFitting(lines("replies.ndjson", GoldenMessages.replies), as: "reply")
    let codes = GoldenMessages.replies.compactMap {
      if case .error(let error) = $0 { error.code } else { nil }
    }
    #expect(Set(codes) == Set(ControlError.Code.allCases))
    #expect(try Schema().names("code", of: "error").sorted() == codes.map(\.rawValue).sorted())
  }

  @Test func `every event matches its recorded line and the schema`() throws {
    try expectFitting(lines("events.ndjson", GoldenMessages.events), as: "event")
    #expect(Set(GoldenMessages.events.map(\.event)) == Set(ControlEvent.Name.all))
  }

  @Test(arguments: [
    "{}", #"{"verb":"dance"}"#, #"{"verb":"pause","for_seconds":-1}"#,
    #"{"verb":"pause","for_seconds":"2h"}"#,
    #"{"verb":"conflicts","action":"drop","id":1}"#, #"{"verb":"conflicts","action":"list","limit":0}"#,
    #"{"verb":"quarantine","action":"drop"}"#, #"{"verb":"log-level","level":"loud"}"#,
    #"{"verb":"hello","build":"1"}"#, "[]", "nothing",
  ])
  func `the schema refuses what the codec refuses`(line: String) throws {
    #expect(throws: FrameError.self) { try Frame.decode(ControlRequest.self, from: Array(line.utf8)) }
    #expect(try !Schema().faults(line, as: "request").isEmpty)
  }

  @Test func `an older end ignores new fields of a newer end, and still reports its errors`() throws {
    func decoded<Message: Decodable>(_ type: Message.Type, _ line: String) throws -> Message {
      try Frame.decode(type, from: Array(line.utf8))
    }
    #expect(try decoded(ControlRequest.self, #"{"verb":"status","colour":"blue"}"#) == .status)
    #expect(
      try decoded(ControlReply.self, #"{"ok":true,"version":"2","mood":[1]}"#) == .version("2"))
    #expect(
      try decoded(ControlReply.self, #"{"ok":false,"error":{"code":"tired","message":"later"}}"#)
        == .error(.failed, "later"))
    let event = try decoded(
      ControlEvent.self, #"{"at":"2027-01-01T00:00:00.000Z","event":"moved","distance":3}"#)
    #expect(WatchText.line(event) == "2027-01-01 00:00:00Z  moved")
  }

  @Test func `the page names every verb, event and code, and who may use it`() throws {
    let file = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/control-protocol.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    for act in ControlAct.allCases {
      let permission = act.isChange ? "changes" : "reads"
      let row = page.split(separator: "\n").first { $0.hasPrefix("| `\(act.rawValue)` |") }
      #expect(row?.contains("| \(permission) |") == true, "\(act.rawValue): \(permission)")
    }
    for name in ControlEvent.Name.all { #expect(page.contains("| `\(name.rawValue)` |")) }
    for code in ControlError.Code.allCases {
      #expect(page.contains("| `\(code.rawValue)` | \(code.exitCode) |"), "\(code.rawValue)")
    }
  }
}
