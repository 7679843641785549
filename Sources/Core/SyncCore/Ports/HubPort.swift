/// What the engine asks of a hub: an HTTP exchange under the protocol's base URL, carried by bytes.
package protocol HubPort: AnyObject {
  /// Sends a request; `completion` is called once, on the event loop, unless the request is cancelled.
  func perform(
    _ request: HubRequest, completion: @escaping @Sendable (Result<HubResponse, TransportError>) -> Void
  ) -> RequestTicket

  /// Gives a request up; its completion is never called. A finished or unknown ticket is ignored.
  func cancel(_ ticket: RequestTicket)

  /// How far a request is; `nil` where it is not under way, or nobody can tell.
  func progress(of ticket: RequestTicket) -> TransferProgress?

  /// Closes the connections that are kept for later requests, and forgets what was looked up for them: they may lead
  /// nowhere by now. A request that is still under way fails as interrupted.
  func dropConnections()
}

extension HubPort {
  /// Not every way to the hub can be watched.
  package func progress(of ticket: RequestTicket) -> TransferProgress? { nil }
}

/// How far a request is, in bytes of its body and of its answer's.
package struct TransferProgress: Hashable, Sendable {
  /// Bytes that have arrived at the other end.
  package var done: Int64
  /// Bytes in all; `nil` where the hub has not said how long its answer is.
  package var total: Int64?
  /// Takes both.
  package init(done: Int64, total: Int64?) { (self.done, self.total) = (done, total) }
}

/// Names a request under way.
package struct RequestTicket: Hashable, Sendable {
  /// Unique within one port.
  package let number: UInt64
  /// Takes a number that is unique within one port.
  package init(number: UInt64) { self.number = number }
}

/// A request below the base URL.
package struct HubRequest: Hashable, Sendable {
  /// The HTTP method.
  package enum Method: String, Sendable { case get = "GET", post = "POST" }
  /// The HTTP method.
  package var method: Method
  /// The path below the base URL, such as `/send`.
  package var path: String
  /// Query items, not yet percent-encoded, in order.
  package var query: [QueryItem]
  /// A JSON body; empty for GET.
  package var body: [UInt8]
  /// How long the hub may hold the request back on purpose (a long poll); until then nothing need move.
  package var wait: Duration

  /// One item of the query string.
  package struct QueryItem: Hashable, Sendable {
    /// The item's name.
    package var name: String
    /// The item's value.
    package var value: String
    /// Takes name and value, not yet percent-encoded.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Takes every part of the request.
  package init(
    method: Method, path: String, query: [QueryItem] = [], body: [UInt8] = [], wait: Duration = .zero
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.wait = wait
  }
}

/// A reply of any status.
package struct HubResponse: Sendable {
  /// The HTTP status.
  package var status: Int
  /// The `Retry-After` header as a span from now, where there is one.
  package var retryAfter: Duration?
  /// The body, decompressed.
  package var body: [UInt8]
  /// The `Server` header: what answered, by its own word.
  package var server: String?
  /// Where the reply sends us that we do not go by ourselves: an absolute URL.
  package var redirect: String?
  /// Whether the request carried a token or a key.
  package var hadCredentials: Bool

  /// Takes every part of the reply.
  package init(
    status: Int, retryAfter: Duration? = nil, body: [UInt8] = [], server: String? = nil,
    redirect: String? = nil,
    hadCredentials: Bool = true
  ) {
    self.status = status
    self.retryAfter = retryAfter
    self.body = body
    self.server = server
    self.redirect = redirect
    self.hadCredentials = hadCredentials
  }
}

/// Why no reply came.
package enum TransportError: Error, Hashable, Sendable {
  /// The host's name has no address.
  case hostUnknown(host: String)
  /// Nothing listens there, or the way is blocked; `detail` is the transport's own text.
  case unreachable(detail: String)
  /// No reply began in time, or no connection was made.
  case timedOut(after: Duration)
  /// Nothing moved for so long, in the middle of a request or of its reply.
  case stalled(after: Duration)
  /// Less moved than so many bytes a second.
  case tooSlow(bytesPerSecond: Int)
  /// The server's certificate, or ours, was not accepted.
  case untrusted(detail: String)
  /// What answers speaks no TLS; `detail` is the transport's own text.
  case withoutTLS(detail: String)
  /// The connection broke in the middle.
  case interrupted(detail: String)
  /// The reply is larger than we are ready to hold.
  case tooLarge(limitBytes: Int)
  /// The request could not be made at all: a bad URL, an unreadable certificate file.
  case unusable(detail: String)
}
