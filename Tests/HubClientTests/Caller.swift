import Dispatch
import EventLoop
import SyncCore
import Synchronization

@testable import HubClient

typealias Reply = Result<HubResponse, TransportError>

/// A connection on its own loop, called from tests.
final class Caller: Sendable {
  let loop = LoopExecutor()
  let connection: HubConnection

  init(_ configuration: HubConnection.Configuration) throws {
    connection = try HubConnection(loop: loop, configuration: configuration)
  }

  convenience init(_ server: TestServer, change: (inout HubConnection.Configuration) -> Void = { _ in })
    throws
  {
    var configuration = HubConnection.Configuration(baseURL: "http://127.0.0.1:\(server.port)/sync")
    configuration.requestTimeout = .seconds(300)
    change(&configuration)
    try self.init(configuration)
  }

  func get(_ path: String = "/get", query: [HubRequest.QueryItem] = [], wait: Duration = .zero) async -> Reply
  {
    await send(HubRequest(method: .get, path: path, query: query, wait: wait))
  }

  func send(_ request: HubRequest) async -> Reply {
    await withCheckedContinuation { continuation in
      loop.run { _ = self.connection.perform(request) { continuation.resume(returning: $0) } }
    }
  }

  /// Starts a request that must never get an answer; `answered` counts the answers that come all the same.
  func start(_ request: HubRequest, answered: Counter) -> RequestTicket {
    loop.queue.sync { connection.perform(request) { _ in answered.increment() } }
  }
}

final class Counter: Sendable {
  private let value = Mutex(0)
  func increment() { value.withLock { $0 += 1 } }
  var count: Int { value.withLock { $0 } }
}

extension Reply {
  var response: HubResponse? { try? get() }
  var error: TransportError? { if case .failure(let error) = self { error } else { nil } }
  var text: String? { response.map { String(decoding: $0.body, as: UTF8.self) } }
}
