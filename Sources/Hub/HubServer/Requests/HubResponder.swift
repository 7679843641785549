import HTTPTypes
import HubStore
import Hummingbird
import Logging
import ServiceLifecycle
import SyncCore
import SyncWire

/// The endpoints under `/sync`, and under the path that is built into released clients. Each decodes the
/// request, asks the library and encodes the reply. Every error is a problem document.
struct HubResponder: HTTPResponder {
  typealias Context = HubContext

  /// The path of the protocol's base URL.
  static let base = "/sync"
  /// A second path for the same endpoints: released layer-1 clients know no other.
  static let alias = "/api/v1" + base

  let authenticator: Authenticator
  let services: LibraryServices
  let uploadReader: UploadReader
  let replyWriter: ReplyWriter
  let logger: Logger
  let now: @Sendable () -> Instant

  func respond(to request: Request, context: HubContext) async throws -> Response {
    do throws(Problem) {
      return try await answer(to: request, context)
    } catch {
      var response = Self.json(
        status: .init(code: error.status), type: Problem.contentType, error.encoded())
      if error.status == 401 {
        response.headers[.wwwAuthenticate] = "Bearer"
        // A client without a valid token also loses its connection.
        response.headers[.connection] = "close"
      }
      if error.status == 503 { response.headers[.retryAfter] = "1" }
      if let allowed = Self.methods[Self.endpoint(of: request)], error.status == 405 {
        response.headers[.allow] = allowed.rawValue
      }
      return response
    }
  }

  private static let methods: [String: HTTPRequest.Method] = [
    Capabilities.path: .get, GetRequest.path: .get, SendRequest.path: .post, SnapshotRequest.path: .get,
    RowsRequest.path: .get, DigestRequest.path: .get,
  ]

  /// The path below the base URL or its alias; empty if it is below neither.
  private static func endpoint(of request: Request) -> String {
    let path = request.uri.path
    return [base, alias].first { path.hasPrefix($0 + "/") }.map { String(path.dropFirst($0.count)) } ?? ""
  }

  private func answer(to request: Request, _ context: HubContext) async throws(Problem) -> Response {
    let path = Self.endpoint(of: request)
    guard let method = Self.methods[path] else {
      throw Problem(status: 404, code: .notFound, detail: "there is nothing at this path")
    }
    guard request.method == method else {
      throw Problem(
        status: 405, code: .methodNotAllowed, detail: "\(request.uri.path) accepts only \(method.rawValue)")
    }
    let grant = try await authenticator.grant(for: request)
    let receiver = ReplyWriter.Receiver(token: grant.id, channel: context.channel)
    // If the token is revoked, a parked poll is woken and answered. Any other request ends with its
    // connection.
    let callback = OneShotCallback()
    if path != GetRequest.path { callback.set { receiver.channel.close(promise: nil) } }
    return try await replyWriter.streams.during(grant.id, end: { callback.fire() }) { () throws(Problem) in
      let body: [UInt8]
      switch path {
      case SnapshotRequest.path: return try await snapshot(request, grant, receiver)
      case SendRequest.path: body = try await send(request, grant)
      case GetRequest.path: body = try await get(request, grant, receiver, callback)
      case RowsRequest.path:
        let asked = try HubLibrary.rowsRequest(query: Self.query(of: request))
        body = try await service(for: asked.device, grant).rows(asked, now: now())
      case DigestRequest.path:
        let asked = try HubLibrary.digestRequest(query: Self.query(of: request))
        body = try await service(for: asked.device, grant).digest(asked)
      default: body = try await capabilities(request, grant)
      }
      return try replyWriter.json(body, to: receiver)
    }
  }

  /// The library's desk, after a check that the token may speak for the device.
  private func service(
    for device: DeviceID?, _ grant: TokenStore.Grant
  ) async throws(Problem) -> LibraryService {
    try await authenticator.admit(device, to: grant)
    return await services.service(grant.library)
  }

  /// Streams a snapshot: it reads the next piece once the client has received the last one. If a piece fails,
  /// the reply ends without its end line and the connection closes.
  private func snapshot(
    _ request: Request, _ grant: TokenStore.Grant, _ receiver: ReplyWriter.Receiver
  ) async throws(Problem) -> Response {
    let asked = try HubLibrary.snapshotRequest(query: Self.query(of: request))
    let service = try await service(for: asked.device, grant)
    let reading = SnapshotReading(try await service.snapshot(asked, now: now()), at: service)
    return try replyWriter.lines(to: receiver) { () throws(Problem) in try await reading.next() }
  }

  private func capabilities(_ request: Request, _ grant: TokenStore.Grant) async throws(Problem) -> [UInt8] {
    if let device = try HubLibrary.capabilitiesDevice(query: Self.query(of: request)) {
      try await authenticator.admit(device, to: grant)
    }
    return try await services.service(grant.library).capabilities(now: now())
  }

  private func send(_ request: Request, _ grant: TokenStore.Grant) async throws(Problem) -> [UInt8] {
    try await uploadReader.reading(request, from: grant.id) { (sent) throws(Problem) in
      // The token may have been revoked while the body arrived.
      let grant = try await authenticator.grant(for: request)
      try await authenticator.admit(sent.device?.id, to: grant)
      return try await services.service(grant.library).send(sent, now: now())
    }
  }

  private func get(
    _ request: Request, _ grant: TokenStore.Grant, _ receiver: ReplyWriter.Receiver,
    _ callback: OneShotCallback
  ) async throws(Problem) -> [UInt8] {
    let asked = try HubLibrary.getRequest(query: Self.query(of: request))
    let named = Self.queryValue("device_id", of: request).map { DeviceID(rawValue: $0) }
    try await authenticator.admit(named, to: grant)
    let service = await services.service(grant.library)
    let wait = Duration.seconds(asked.extras?.waitSeconds ?? 0)
    let deadline = ContinuousClock.now + wait
    while true {
      // Read the counter before the log, so that an entry added in between wakes this poll.
      let seen = await service.notifier.news(for: named)
      let page = try await service.page(asked, now: now())
      if page.count > 0 || ContinuousClock.now >= deadline || Task.isCancelled { return page.body }
      if await service.notifier.isClosed { return page.body }
      let wake = await park(
        at: service.notifier, after: seen, device: named, until: deadline, receiver, callback)
      if wake == .abandoned { return page.body }
      // The token may have been revoked while the poll waited.
      try await authenticator.admit(named, to: try await authenticator.grant(for: request))
    }
  }

  private func park(
    at notifier: LongPollNotifier, after seen: Int, device: DeviceID?,
    until deadline: ContinuousClock.Instant,
    _ receiver: ReplyWriter.Receiver, _ callback: OneShotCallback
  ) async -> LongPollNotifier.Wake {
    await withGracefulShutdownHandler {
      await notifier.wait(after: seen, device: device, until: deadline) { wake in
        callback.set { wake(.look) }
        DisconnectHandler.watcher(receiver.channel) { wake(.abandoned) }
      }
    } onGracefulShutdown: {
      Task { await services.close() }
    }
  }
}

extension HubResponder {
  private static func queryValue(_ name: String, of request: Request) -> String? {
    request.uri.queryParameters[Substring(name)].map { String($0) }
  }

  /// The query items in their order, with repeated ones.
  private static func query(of request: Request) -> [HubRequest.QueryItem] {
    request.uri.queryParameters.map { HubRequest.QueryItem(String($0.key), String($0.value)) }
  }

  private static func json(status: HTTPResponse.Status, type: String, _ body: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
