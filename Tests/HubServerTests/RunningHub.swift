import Foundation
import FoundationNetworking
import HubStore
import Logging
import SyncCore
import SyncWire

@testable import HubServer

/// A hub that listens on a loopback port, with its own directory.
final class RunningHub: Sendable {
  let data: HubData
  let address: HubServer.Address
  /// A separate session: the shared one opens no more than six connections to one host.
  private let session: URLSession
  private let server: HubServer
  let directory: URL
  private let task: Task<Void, any Error>

  static func start(
    bytesMax: Int = 8 * 1024 * 1024, retention: Duration? = nil, limits: HubServer.Limits = .init(),
    logger kept: Logger? = nil
  ) async throws -> RunningHub {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("mediasync-\(UUID().uuidString)", isDirectory: true)
    let data = try HubData(
      directory: directory.path, options: .init(bytesMax: bytesMax, retention: retention))
    var quiet = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
    quiet.logLevel = .critical
    let server = HubServer(
      data: data, address: .init(host: "127.0.0.1", port: 0), limits: limits,
      logger: kept ?? quiet,
      now: { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) })
    let (addresses, continuation) = AsyncStream<HubServer.Address>.makeStream()
    let task = Task {
      defer { continuation.finish() }
      try await server.run(handlesSignals: false) { continuation.yield($0) }
    }
    for await address in addresses {
      return RunningHub(data: data, server: server, address: address, directory: directory, task: task)
    }
    try await task.value
    throw URLError(.cannotConnectToHost)
  }

  private init(
    data: HubData, server: HubServer, address: HubServer.Address, directory: URL, task: Task<Void, any Error>
  ) {
    self.data = data
    self.server = server
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = 100
    session = URLSession(configuration: configuration)
    self.address = address
    self.directory = directory
    self.task = task
  }

  /// Whether this many polls are parked.
  func isParked(_ count: Int) async -> Bool { await server.parkedPolls == count }

  /// The number of running requests of a token.
  func streams(of token: Int64) -> Int { server.streams.count(of: token) }

  /// Stops the server and removes its files.
  func stop() async {
    session.invalidateAndCancel()
    task.cancel()
    _ = await task.result
    try? FileManager.default.removeItem(at: directory)
  }

  func token(_ library: String = "home") throws -> String {
    try data.tokens.create(library: library, device: "test", now: Instant(milliseconds: 0))
  }

  struct Reply {
    var status: Int
    var retryAfter: String?
    var contentType: String
    var body: [UInt8]
    var code: String { Problem(status: status, body: body).code }
  }

  /// Sends one request with exactly these headers and this body.
  func ask(
    _ method: String, _ path: String, token: String?, headers: [String: String] = [:], body: [UInt8]? = nil
  ) async throws -> Reply {
    guard let url = URL(string: "http://\(address.host):\(address.port)\(path)") else {
      throw URLError(.badURL)
    }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.timeoutInterval = 30
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    request.httpBody = body.map { Data($0) }
    let (data, response) = try await session.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    return Reply(
      status: response.statusCode, retryAfter: response.value(forHTTPHeaderField: "Retry-After"),
      contentType: response.value(forHTTPHeaderField: "Content-Type") ?? "",
      body: Array(data))
  }

  func send(_ body: [UInt8], token: String) async throws -> Reply {
    try await ask(
      "POST", "/sync/send", token: token, headers: ["Content-Type": "application/json"], body: body)
  }

  /// A keyword from a device.
  static func keyword(_ word: String, device: String?, id: Int64 = 1) -> [UInt8] {
    let entry = Entry(
      changeID: id, row: RowName("Keywords", "uuid-\(word)"), operation: .create,
      timestamp: "2026-01-01T00:00:00.000Z", clientID: "app-\(device ?? "old")", version: 1,
      payload: ["keyword": .text(word), "deleted": .integer(0)])
    let sender = device.map {
      SendRequest.Device(
        id: DeviceID(rawValue: $0), incarnation: Incarnation(rawValue: "i"),
        sentAt: "2026-01-01T00:00:01.000Z")
    }
    return SendRequest(
      clientID: "app-\(device ?? "old")", lastProcessed: .start, device: sender,
      changes: [PushedChange(entry: entry, base: .start, whole: false)]
    ).encoded()
  }

  static func get(_ device: String, since: Int64 = 0, wait: Int = 0, pushed: Int = 0) -> String {
    "/sync/get?client_id=c&since_change_id=\(since)&device_id=\(device)&incarnation=i&pushed=\(pushed)&wait=\(wait)"
  }
}
