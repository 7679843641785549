import Foundation
import Glibc
import Logging
import Messages
import Testing

@testable import Journal

@Suite struct LogHandlerTests {
  @Test func `the journal is recognised by device and inode`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "mediasync-\(UUID().uuidString)").path
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    defer {
      close(descriptor)
      unlink(path)
    }
    var info = stat()
    #expect(fstat(descriptor, &info) == 0)
    #expect(LogDestination.isJournal(stream: "\(info.st_dev):\(info.st_ino)", descriptor: descriptor))
    #expect(!LogDestination.isJournal(stream: "\(info.st_dev):1", descriptor: descriptor))
    #expect(!LogDestination.isJournal(stream: nil, descriptor: descriptor))
  }

  @Test func `a journal record has its line, its id, and a field for each detail`() {
    let fields = JournalLogHandler.fields(
      "hub unreachable", .warning, ["hub url": "http://h", "attempt": "4", "message_id": "0123"], "mediasyncd"
    )
    #expect(
      fields == [
        "MESSAGE=hub unreachable", "PRIORITY=4", "SYSLOG_IDENTIFIER=mediasyncd", "MESSAGE_ID=0123",
        "MEDIASYNC_ATTEMPT=4", "MEDIASYNC_HUB_URL=http://h",
      ])
    // With or without a journal, this neither fails nor blocks.
    JournalLogHandler(identifier: "mediasync-test", level: .debug).log(
      event: LogEvent(
        level: .debug, message: "a test", metadata: ["key": "value"], source: "", file: "", function: "",
        line: 1))
  }

  @Test func `a plain line gives time, severity, message and details`() throws {
    let line = PlainLine.line(
      "hub\nunreachable", .warning,
      ["attempt": "4", "why": "connection \"refused\"", "empty": "", "message_id": "0123"],
      time: LogLine.time(1_795_497_754_123))
    #expect(
      line
        == #"2026-11-24T05:22:34.123Z warning hub unreachable attempt=4 empty="" why="connection \"refused\"""#
    )
    let said = try Self.said {
      LineLogHandler<PlainLine>(level: .info, descriptor: $0)
    } by: { logger in
      var logger = logger
      logger[metadataKey: "library"] = "home"
      logger.debug("not this")
      logger.info("in step", metadata: ["changes": "3"])
    }
    #expect(said.hasSuffix("Z info    in step changes=3 library=home\n"), "\(said)")
  }

  @Test func `a JSON line is one valid object, whatever it contains`() throws {
    let odd = "quote \" backslash \\ line\nend tab\t bell\u{7} sep\u{2028} ümlaut 🎈"
    let said = try Self.said {
      LineLogHandler<JSONLine>(level: .info, descriptor: $0)
    } by: { logger in
      logger.info(
        "\(odd)",
        metadata: [
          "count": .stringConvertible(3), "text": "7", "message": "mine", "list": ["a", "b"],
          odd.description: "key",
        ])
      logger.error("second")
    }
    let lines = said.split(separator: "\n")
    #expect(lines.count == 2)
    let first = try JSONDecoder().decode(Line.self, from: Data(lines[0].utf8))
    #expect(first.level == "info" && first.message == odd && first.count == 3 && first.text == "7")
    #expect(first.renamed == "mine" && first.list == ["a", "b"])
    #expect(first.time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(first.time)")
    #expect(said.hasPrefix(#"{"time":""#))
    let second = try JSONDecoder().decode(Line.self, from: Data(lines[1].utf8))
    #expect(second.level == "error" && second.count == nil)
  }

  @Test func `an event's line has the table's level, words and id, and the id of its cause, if any`()
    throws
  {
    let cause = try #require(Message.of(.failure, "credentials"))
    let said = try Self.said {
      LineLogHandler<JSONLine>(level: .trace, descriptor: $0)
    } by: { logger in
      logger.record(.conflicts, fields: ["count": .stringConvertible(2)])
      logger.record(.blocked, "the hub refused us", cause: cause)
    }
    let lines = try said.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
    let event = JournalEvent.conflicts.message
    #expect(lines[0].event == "conflicts" && lines[0].code == nil && lines[0].count == 2)
    #expect(lines[0].message == event.line && lines[0].messageID == event.id && lines[0].level == "notice")
    #expect(lines[1].event == "blocked" && lines[1].code == "credentials" && lines[1].level == "error")
    #expect(lines[1].message == "the hub refused us" && lines[1].messageID == cause.id)
  }

  private struct Line: Decodable {
    private enum CodingKeys: String, CodingKey {
      case time, level, message, text, event, code, count, list
      case renamed = "message_"
      case messageID = "message_id"
    }

    let time, level, message: String
    let renamed, text, event, code, messageID: String?
    let count: Int?
    let list: [String]?
  }

  /// What a logger with the handler writes.
  private static func said(_ handler: (Int32) -> any LogHandler, by body: (Logger) -> Void) throws -> String {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let made = handler(ends[1])
    body(Logger(label: "test", factory: { _ in made }))
    close(ends[1])
    defer { close(ends[0]) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = read(ends[0], &buffer, buffer.count), count > 0 { text += buffer[0..<count] }
    return String(decoding: text, as: UTF8.self)
  }
}
