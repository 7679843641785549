import HubStore
import Logging
import SyncCore
import SyncWire
import Synchronization
import Testing

@testable import HubServer

/// The server's service for clients that speak only layer 1.
struct LayerOneRouteTests {
  @Test func `every endpoint also exists under the path of released clients`() async throws {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    #expect(try await hub.send(RunningHub.keyword("one", device: "d"), token: token).status == 200)
    for path in [
      "/capabilities", "/get?client_id=c&since_change_id=0&device_id=d&incarnation=i", "/digest?device_id=d",
      "/rows?device_id=d&entity=Keywords&uuid=uuid-one", "/snapshot?device_id=d&incarnation=i",
    ] {
      let (plain, alias) = (
        try await hub.ask("GET", "/sync" + path, token: token),
        try await hub.ask("GET", "/api/v1/sync" + path, token: token)
      )
      #expect(alias.status == 200, "\(path)")
      #expect(alias.contentType == plain.contentType)
      #expect(alias.body.count == plain.body.count, "\(path)")
    }
    let sent = try await hub.ask(
      "POST", "/api/v1/sync/send", token: token, headers: ["Content-Type": "application/json"],
      body: RunningHub.keyword("two", device: "d", id: 2))
    #expect(sent.status == 200)
    #expect(try await hub.ask("POST", "/api/v1/sync/get", token: token).status == 405)
    for path in [
      "/api/v1/sync", "/api/v1/sync/", "/api/v1/send", "/api/v1/sync/sync/get", "/synchronous/get",
    ] {
      #expect(try await hub.ask("GET", path, token: token).code == ProblemCode.notFound.rawValue, "\(path)")
    }
    await hub.stop()
  }

  @Test func `the hub logs the rejections of a layer-1 batch in one line`() async throws {
    let lines = LoggedLines()
    let hub = try await RunningHub.start(logger: lines.logger)
    let token = try hub.token()
    let bad = { (id: Int64, entity: String) in
      PushedChange(
        entry: Entry(
          changeID: id, row: RowName(entity, "uuid-\(id)"), operation: .update,
          timestamp: "2026-01-01T00:00:00.000Z",
          clientID: "old", version: 1, payload: ["keyword": .text("the secret word")]), base: .start,
        whole: false)
    }
    let changes = [bad(41, "Playlists"), bad(42, "Keywords"), bad(43, "Keywords")]
    let request = SendRequest(
      clientID: "old\nclient".onOneLine(), lastProcessed: .start, device: nil, changes: changes)
    #expect(try await hub.send(request.encoded(), token: token).status == 200)
    #expect(try await hub.send(RunningHub.keyword("good", device: nil), token: token).status == 200)
    var layer2 = request
    layer2.device = .init(
      id: DeviceID(rawValue: "d"), incarnation: Incarnation(rawValue: "i"), sentAt: "2026-01-01T00:00:01.000Z"
    )
    #expect(try await hub.send(layer2.encoded(), token: try hub.token()).status == 200)
    let told = lines.all.filter { $0.contains("rejected") }
    #expect(told.count == 1, "\(told)")
    let line = told.first ?? ""
    #expect(line.contains("3 of 3"))
    #expect(line.contains("old client"))
    #expect(line.contains("change 41"))
    #expect(line.contains("unknown_entity"))
    #expect(line.contains("Playlists"))
    #expect(!line.contains("secret"))
    await hub.stop()
  }
}

/// Keeps the lines of a log.
private final class LoggedLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  var logger: Logger {
    var logger = Logger(label: "test") { _ in Handler(lines: self) }
    logger.logLevel = .info
    return logger
  }

  private struct Handler: LogHandler {
    let lines: LoggedLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.lines.withLock { $0.append("\(event.message)") } }
  }
}
