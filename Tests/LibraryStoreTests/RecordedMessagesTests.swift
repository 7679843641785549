import Foundation
import HubStore
import SampleApplication
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// The previous version's messages, as its daemon and hub exchanged them: two devices with a few rows each,
/// some of them equal (`Fixtures/messages-2026-11-28.json`). Either side may be upgraded first.
@Suite struct RecordedMessagesTests {
  private let recording: Recording

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/messages-2026-11-28.json")
    recording = try JSONDecoder().decode(Recording.self, from: Data(contentsOf: file))
  }

  @Test func `this hub answers the previous version's daemon as its own hub did`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "mediasync-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let hub = try HubLibrary.open(
      at: directory.appending(path: "hub.sqlite").path,
      newLogID: LogID(rawValue: try #require(recording.exchanges.compactMap(\.answer.logID).first)))
    for (number, exchange) in recording.exchanges.enumerated() {
      let now = try #require(exchange.answer.serverTime.flatMap { Instant($0) })
      let response = hub.answer(try exchange.hubRequest, now: now)
      #expect(response.status == exchange.status, "exchange \(number)")
      guard exchange.path != Capabilities.path else { continue }
      let reply = try JSONSerialization.jsonObject(with: Data(response.body))
      let old = try JSONSerialization.jsonObject(with: Data(exchange.reply.utf8))
      #expect(
        Self.says(reply, all: old), "exchange \(number): \(String(decoding: response.body, as: UTF8.self))")
    }
  }

  @Test(arguments: ["laptop", "desktop"])
  func `this daemon applies what the previous version's hub answered`(device: String) throws {
    let file = try ScratchLibrary("empty")
    let connection = try SQLiteConnection(file.path)
    for sql in recording.written[device] ?? [] { try connection.execute(sql) }
    let library = try file.open(device: device)
    let log = try #require(recording.exchanges.compactMap(\.answer.logID).first)
    try library.adopt(log: LogID(rawValue: log))
    for exchange in recording.exchanges where exchange.device == device {
      switch exchange.path {
      case SendRequest.path:
        let batch = try library.nextBatch(
          BatchLimits(changes: 500, bytes: 1 << 20, sendsCurrentRows: true))
        let reply = try SendReply(body: Array(exchange.reply.utf8))
        let answers = Dictionary(
          (reply.results ?? []).map { ($0.changeID.rawValue, $0) }, uniquingKeysWith: { one, _ in one })
        _ = try library.completePush(
          batch, answers: try batch.changes.map { try #require(answers[$0.entry.changeID]) },
          checkpoint: reply.chain.map { LogCheckpoint(position: reply.latest, chain: $0) })
      case GetRequest.path:
        let reply = try GetReply(body: Array(exchange.reply.utf8))
        guard let extras = reply.extras, extras.next > (try library.deviceState().pulled) else { continue }
        _ = try library.apply(
          PulledPage(entries: reply.entries, rules: .layer2(next: extras.next, chain: extras.chain)))
      default: continue
      }
    }
    #expect(try library.deviceState().pendingLocal == 0)
    #expect(try library.deviceState().quarantined == 0)
    for (table, rows) in recording.rows[device] ?? [:] {
      #expect(try Self.rows(table, connection) == rows, "\(table) of \(device)")
    }
  }

  /// Whether a reply contains everything of another one; it may contain more.
  private static func says(_ reply: Any, all old: Any) -> Bool {
    switch (reply, old) {
    case (let reply as [String: Any], let old as [String: Any]):
      old.allSatisfy { name, value in reply[name].map { says($0, all: value) } ?? false }
    case (let reply as [Any], let old as [Any]):
      reply.count == old.count && zip(reply, old).allSatisfy { says($0, all: $1) }
    case (let reply as NSObject, let old as NSObject): reply == old
    default: false
    }
  }

  private static func rows(_ table: String, _ connection: SQLiteConnection) throws -> [[String]] {
    let sql =
      switch table {
      case "Media": "SELECT uuid, url, title, author, content, deleted FROM Media ORDER BY uuid"
      case "Keywords": "SELECT uuid, keyword, deleted FROM Keywords ORDER BY uuid"
      case "DocumentVersions":
        "SELECT uuid, version_number, content, deleted FROM DocumentVersions ORDER BY uuid"
      default:
        """
        SELECT m.uuid, k.uuid FROM MediaKeywords l JOIN Media m ON m.id = l.media_id
        JOIN Keywords k ON k.id = l.keyword_id ORDER BY 1, 2
        """
      }
    return try connection.rows(sql).map { row in row.map { $0.text ?? $0.integer.map(String.init) ?? "" } }
  }
}

/// The messages between a daemon and a hub, and their result.
private struct Recording: Decodable {
  /// The application's earlier writes, as SQL, by device.
  var written: [String: [String]]
  var exchanges: [Exchange]
  /// The rows at the end, by device and table; every value as text, NULL as nothing.
  var rows: [String: [String: [[String]]]]

  struct Exchange: Decodable {
    var device: String
    var method: String
    /// Path and query below the base URL.
    var target: String
    var request: String
    var status: Int
    var reply: String

    var path: String { String(target.prefix { $0 != "?" }) }

    var hubRequest: HubRequest {
      get throws {
        let items = URLComponents(string: target)?.queryItems ?? []
        return HubRequest(
          method: method == "POST" ? .post : .get, path: path,
          query: items.map { HubRequest.QueryItem($0.name, $0.value ?? "") }, body: Array(request.utf8))
      }
    }

    var answer: Answer {
      let object = try? JSONSerialization.jsonObject(with: Data(reply.utf8)) as? [String: Any]
      return Answer(logID: object?["log_id"] as? String, serverTime: object?["server_time"] as? String)
    }

    struct Answer {
      var logID: String?
      var serverTime: String?
    }
  }
}
