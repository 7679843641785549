import SyncCore
import SyncWire

/// Turns failures of the hub and of the transport into text for people. No other place does.
extension Failure {
  /// Reads an error reply. Only a statement of a hub or a layer-1 server itself may block. Anything else came
  /// from something on the way, and is retried like a network failure.
  ///
  /// - Parameter mayBeLayerOne: whether the server may be a layer-1 server. Such a server has no codes; its
  ///   own statement is a JSON body with `detail`.
  package init(_ response: HubResponse, mayBeLayerOne: Bool) {
    let problem = Problem(status: response.status, body: response.body)
    let isOwnWord = problem.known != nil || mayBeLayerOne && problem.hasDetail
    switch (response.status, problem.known) {
    case (401, let code) where code == .unauthorized || code == nil && isOwnWord:
      self.init(
        .credentials,
        response.hadCredentials
          ? "the hub refused our credentials (401): check hub.token_file"
          : "the hub wants a token, and none is configured: set hub.token_file, or give the unit LoadCredential=token:"
      )
    case (403, .tokenOfAnotherDevice?):
      self.init(
        .credentials,
        "the token belongs to another device: make one for this device, or mediasync-hub token rebind it")
    case (403, let code) where code == .tokenRevoked || code == nil && isOwnWord:
      self.init(.credentials, "the hub refused our credentials (403: \(problem.detail))")
    case (410, nil) where isOwnWord:
      self.init(
        .retired,
        "the server has retired this protocol (410 Gone): it needs another client, or use a mediasync hub")
    case (_, .logMismatch?): self = .anotherLog(nil, known: nil)
    case (_, .logRewound?), (_, .cursorTooOld?):
      self.init(.logChanged, "\(problem.detail) (\(problem.code))")
    case (429, _), (500..., _):
      self.init(
        .hubBusy, "the hub answered \(response.status) (\(problem.detail))", retryAfter: response.retryAfter)
    case (404, _) where response.isOfHub:
      self.init(
        .badReply, "the hub is there, and not at the path of hub.url (404): the path ends in /sync",
        retryAfter: response.retryAfter)
    case (404, _):
      self.init(.badReply, "there is no hub at hub.url (404)", retryAfter: response.retryAfter)
    case (300..<400, _) where response.redirect != nil:
      self.init(
        .badReply,
        "the server sends us elsewhere (\(response.status)), where no token of ours goes by itself: if that is the hub, put "
          + "\(Self.base(response.redirect ?? "")) into hub.url", retryAfter: response.retryAfter)
    case (401, _), (403, _), (410, _):
      self.init(
        .badReply,
        "something answered \(response.status) in the hub's place, and not as a hub does: a portal, or a proxy?",
        retryAfter: response.retryAfter)
    default:
      self.init(
        .badReply, "the hub answered \(response.status) (\(problem.detail))", retryAfter: response.retryAfter)
    }
  }

  /// The base URL that a redirected request was sent to, without our path and query.
  private static func base(_ redirect: String) -> String {
    let url = redirect.prefix { $0 != "?" && $0 != "#" }
    let paths = [
      Capabilities.path, GetRequest.path, SendRequest.path, SnapshotRequest.path, RowsRequest.path,
      DigestRequest.path,
    ]
    let path = paths.first { url.hasSuffix($0) } ?? ""
    return String(url.dropLast(path.count))
  }

  /// The hub is not the one that the library syncs with, or was set up again. Only a person knows whether
  /// that is intended: the two logs are never mixed without one.
  static func anotherLog(_ log: LogID?, known: LogID?) -> Failure {
    let named = [log, known].map { $0.map { " (\($0))" } ?? "" }
    return Failure(
      .logChanged,
      "this hub keeps another log\(named[0]) than the one this library is in step with\(named[1]): check hub.url; "
        + "where the hub was replaced or set up anew and this library is to join it: mediasyncctl resync --join"
    )
  }

  /// The server answers as only a hub does. The device took it for a layer-1 server because something on the
  /// way answered 404 in its place, so it asks again what the server is.
  static var hubAfterAll: Failure {
    Failure(.unreachable, "the server is a hub, but /capabilities was not found when we asked: asking again")
  }

  /// Reads a missing reply.
  package init(_ error: TransportError) {
    switch error {
    case .hostUnknown(let host): self.init(.unreachable, "hub unreachable (no address for \(host))")
    case .unreachable(let detail): self.init(.unreachable, "hub unreachable (\(detail))")
    case .timedOut(let span):
      self.init(.unreachable, "hub unreachable (no answer within \(span.components.seconds) s)")
    case .untrusted(let detail): self.init(.untrusted, "TLS with the hub failed (\(detail))")
    case .withoutTLS(let detail):
      self.init(
        .untrusted, "the hub speaks plain http here: write http:// in hub.url (TLS failed: \(detail))")
    case .stalled(let span):
      self.init(
        .unreachable, "the line to the hub stands still (nothing moved for \(span.components.seconds) s)")
    case .tooSlow(let rate):
      self.init(.unreachable, "the line to the hub stands still (less than \(rate) bytes a second)")
    case .interrupted(let detail): self.init(.unreachable, "connection to the hub broke (\(detail))")
    case .tooLarge(let limit): self.init(.badReply, "the hub's reply is larger than \(limit) bytes")
    case .unusable(let detail): self.init(.configuration, "the hub cannot be asked (\(detail))")
    }
    switch error {
    case .timedOut, .stalled, .tooSlow, .interrupted: isOfTransfer = true
    case .hostUnknown, .unreachable, .untrusted, .withoutTLS, .tooLarge, .unusable: isOfTransfer = false
    }
  }
}

extension HubResponse {
  /// Whether a hub of this project says that the answer is its own.
  var isOfHub: Bool {
    server == "mediasync-hub" || Problem(status: status, body: body).known == .notFound
  }

  /// Why the server with this answer to `/capabilities` may be a layer-1 server; `nil` if it is none. Later
  /// servers of that kind have capabilities of another protocol. An answer that is no JSON object comes from
  /// a portal, not from such a server.
  package var reasonToTryLayerOne: String? {
    switch status {
    // A hub says that the answer is its own: the path is wrong.
    case 404: isOfHub ? nil : "has no /capabilities (404)"
    case 200:
      Capabilities.foreignProtocol(in: body).map { "speaks \($0), not \(Capabilities.protocolName)" }
    default: nil
    }
  }
}

extension BatchRefusal {
  /// What a layer-1 server's answer says about the changes; `nil` if it says nothing about them.
  init?(_ response: HubResponse, to changes: [PushedChange]) {
    // Only a hub uses these codes: something on the way made it look like a layer-1 server.
    guard Problem(status: response.status, body: response.body).known == nil else { return nil }
    self.init(status: response.status, words: ServerErrorText(body: response.body), changes: changes)
  }
}
