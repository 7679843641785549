import Foundation
import SampleApplication
import Synchronization

/// A server that speaks layer 1 as protocol.md §2 describes it, with all its traps.
final class Layer1Server: Sendable {
  /// How payloads are written.
  enum PayloadForm: Sendable { case string, object, nullForLinks }

  /// The server's data and behaviour; tests change them while it runs.
  struct State: Sendable {
    /// The log: entries with ascending `change_id`, and who sent each.
    var log: [(entry: JSONNode, sender: String)] = []
    var nextID: Int64 = 1
    var rows: [String: Row] = [:]
    var payloads = PayloadForm.string
    /// Answers every `/send` and `/get` with 410.
    var isRetired = false
    /// The answer to `/capabilities`, if it has one; a later server gives those of another protocol.
    var capabilities: String?
    /// The changes that it refuses, and its words.
    var refusal: Layer1Refusal?
    /// Answers everything with 401.
    var refuses = false
    /// Entries to append between the two reads of the next `/get` with an empty page.
    var landsBetweenReads: [JSONNode] = []
    /// The requests that it answered.
    var requests: [String] = []
  }

  /// The values that decide conflicts.
  struct Row: Sendable {
    var version: Int64
    var client: String
    var modified: String
  }

  private let state = Mutex(State())
  private let listener = Mutex<HTTPListener?>(nil)
  let url: String

  init() throws {
    // The listener needs the server, and the server needs the listener's port: a box breaks the cycle.
    let box = Box()
    let listener = try HTTPListener { request in
      box.server.withLock { $0?.value }?.answer(request) ?? HTTPReply(status: 503, body: Data())
    }
    url = "http://127.0.0.1:\(listener.port)/sync"
    self.listener.withLock { $0 = listener }
    box.server.withLock { $0 = Weak(self) }
  }

  /// Reads the state or changes the behaviour.
  func with<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
    state.withLock { body(&$0) }
  }

  /// Every entry's `change_id`.
  var positions: [Int64] { with { $0.log.compactMap { $0.entry["change_id"]?.integer } } }

  /// Drops all but the first entries, as a server restored from a backup has.
  func restoreBackup(keeping count: Int) {
    with { state in
      state.log = Array(state.log.prefix(count))
      state.nextID = (state.log.last?.entry["change_id"]?.integer ?? 0) + 1
    }
  }

  private func answer(_ request: HTTPRequest) -> HTTPReply {
    state.withLock { state in
      state.requests.append("\(request.method) \(request.path)")
      if state.refuses { return Self.reply(401, ["detail": .text("Could not validate credentials")]) }
      switch (request.method, request.path) {
      case ("POST", "/sync/send"): return Self.send(request, &state)
      case ("GET", "/sync/get"): return Self.get(request, &state)
      case ("GET", "/sync/capabilities"):
        guard let capabilities = state.capabilities else {
          return Self.reply(404, ["detail": .text("Not Found")])
        }
        return HTTPReply(status: 200, body: Data(capabilities.utf8))
      default: return Self.reply(404, ["detail": .text("Not Found")])
      }
    }
  }

  static func reply(_ status: Int, _ body: [String: JSONNode]) -> HTTPReply {
    HTTPReply(status: status, body: JSONNode.object(body).data)
  }

  private static func send(_ request: HTTPRequest, _ state: inout State) -> HTTPReply {
    if state.isRetired { return reply(410, ["detail": .text("Sync v1 is retired")]) }
    guard let body = JSONNode.parse(request.body), let client = body["client_id"]?.text,
      let changes = body["changes"]?.list
    else { return reply(422, ["detail": .object(["message": .text("malformed"), "errors": .list([])])]) }
    // One transaction: one bad entry fails the batch.
    if let reply = state.refusal?.reply(to: changes) { return reply }
    var copy = state
    for change in changes {
      guard accept(change, from: client, &copy) else {
        return reply(400, ["detail": .text("cannot apply change \(change["change_id"]?.integer ?? -1)")])
      }
    }
    state = copy
    return reply(200, ["status": .text("success")])
  }

  // Applies the rules of protocol.md §2, which the client never learns.
  private static func accept(_ change: JSONNode, from sender: String, _ state: inout State) -> Bool {
    guard let entity = change["entity"]?.text, let uuid = change["entity_uuid"]?.text,
      let version = change["version"]?.integer, let client = change["client_id"]?.text,
      change["operation"]?.text != nil, let payload = change["payload"]?.text,
      case .object? = JSONNode.parse(Data(payload.utf8))
    else { return false }
    var clock = SampleClock.real
    let now = clock.now()
    var stored = change
    let key = "\(entity) \(uuid)"
    if entity != "MediaKeywords", let row = state.rows[key] {
      if version < row.version || version == row.version && client == row.client { return true }
      if version == row.version {
        // Last write wins by the server's clock: a change that arrives now is the later one, and gets the
        // next version.
        stored["version"] = .integer(row.version + 1)
        var document = JSONNode.parse(Data(payload.utf8)) ?? .null
        document["version"] = .integer(row.version + 1)
        stored["payload"] = .text(String(decoding: document.data, as: UTF8.self))
      }
    }
    state.rows[key] = Row(version: stored["version"]?.integer ?? version, client: client, modified: now)
    stored["server_timestamp"] = .text(now)
    append(stored, from: sender, &state)
    return true
  }

  private static func append(_ entry: JSONNode, from sender: String, _ state: inout State) {
    var entry = entry
    entry["change_id"] = .integer(state.nextID)
    state.nextID += 1
    state.log.append((entry, sender))
  }

  private static func get(_ request: HTTPRequest, _ state: inout State) -> HTTPReply {
    if state.isRetired { return reply(410, ["detail": .text("Sync v1 is retired")]) }
    guard let client = request.query["client_id"], let since = Int64(request.query["since_change_id"] ?? "")
    else {
      return reply(422, ["detail": .object(["message": .text("query"), "errors": .list([])])])
    }
    // The first read: the page.
    let page = state.log.filter {
      ($0.entry["change_id"]?.integer ?? 0) > since && $0.sender != client
        && $0.entry["client_id"]?.text != client
    }.prefix(50).map { written($0.entry, state.payloads) }
    if page.isEmpty, !state.landsBetweenReads.isEmpty {
      for entry in state.landsBetweenReads { append(entry, from: "somebody else", &state) }
      state.landsBetweenReads = []
    }
    // The second read: the newest id, which may belong to a row that the page does not have.
    let latest = state.log.last?.entry["change_id"] ?? .integer(0)
    return reply(200, ["changes": .list(page), "latest_change_id": latest])
  }

  private static func written(_ entry: JSONNode, _ form: PayloadForm) -> JSONNode {
    guard form != .string, let payload = entry["payload"]?.text,
      let object = JSONNode.parse(Data(payload.utf8))
    else {
      return entry
    }
    var result = entry
    if form == .object {
      result["payload"] = object
    } else if entry["entity"]?.text == "MediaKeywords" {
      result["payload"] = .null
      result["media_uuid"] = object["media_uuid"]
      result["keyword_uuid"] = object["keyword_uuid"]
    }
    return result
  }
}

private final class Weak: Sendable {
  private let reference: @Sendable () -> Layer1Server?
  init(_ server: Layer1Server) { reference = { [weak server] in server } }
  var value: Layer1Server? { reference() }
}

private final class Box: Sendable {
  let server = Mutex<Weak?>(nil)
}
