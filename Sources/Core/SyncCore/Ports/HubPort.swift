/// What the engine needs of a hub: HTTP requests below the protocol's base URL, with bodies as bytes.
package protocol HubPort: AnyObject {
  /// Sends a request. Calls `completion` once, on the event loop, unless the request is cancelled.
  func perform(
    _ request: HubRequest, completion: @escaping @Sendable (Result<HubResponse, TransportError>) -> Void
  ) -> RequestTicket

  /// Cancels a request; its completion is never called. Ignores a finished or unknown ticket.
  func cancel(_ ticket: RequestTicket)

  /// Returns the progress of a request; `nil` if it has ended or the port cannot tell.
  func progress(of ticket: RequestTicket) -> TransferProgress?

  /// Closes idle connections and forgets cached lookups, because they may be stale. A request under way fails
  /// as interrupted.
  func dropConnections()
}

extension HubPort {
  /// Returns `nil`: not every port can observe its requests.
  package func progress(of ticket: RequestTicket) -> TransferProgress? { nil }
}

/// The progress of a request, in bytes of its body and of the reply's body.
package struct TransferProgress: Hashable, Sendable {
  /// Bytes transferred so far.
  package var done: Int64
  /// Bytes in total; `nil` if the hub has not announced the length of its reply.
  package var total: Int64?
  /// Takes the bytes transferred and the total.
  package init(done: Int64, total: Int64?) { (self.done, self.total) = (done, total) }
}

/// Identifies a request under way.
package struct RequestTicket: Hashable, Sendable {
  /// Unique within one port.
  package let number: UInt64
  /// Takes a number that is unique within one port.
  package init(number: UInt64) { self.number = number }
}

/// A request below the base URL.
package struct HubRequest: Hashable, Sendable {
  /// The HTTP methods that the protocol uses.
  package enum Method: String, Sendable { case get = "GET", post = "POST" }
  /// The HTTP method.
  package var method: Method
  /// The path below the base URL, such as `/send`.
  package var path: String
  /// Query items in order, not yet percent-encoded.
  package var query: [QueryItem]
  /// A JSON body; empty for GET.
  package var body: [UInt8]
  /// How long the hub may delay its reply on purpose (a long poll). Until then a silent connection is not
  /// stalled.
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

  /// Takes the parts of a request; a request without a wait is no long poll.
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
  /// The `Retry-After` header as a span from now; `nil` if there is none.
  package var retryAfter: Duration?
  /// The body, decompressed.
  package var body: [UInt8]
  /// The `Server` header: how the server identifies itself.
  package var server: String?
  /// The absolute URL of a redirect that the client does not follow.
  package var redirect: String?
  /// Whether the request carried a token or a key.
  package var hadCredentials: Bool

  /// Takes the parts of a reply.
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
  /// Nothing listens there, or something blocks the connection. `detail` is the transport's own text.
  case unreachable(detail: String)
  /// The connection was not established in time, or no reply began in time.
  case timedOut(after: Duration)
  /// No data moved for this long, in the middle of a request or of its reply.
  case stalled(after: Duration)
  /// The transfer was slower than this.
  case tooSlow(bytesPerSecond: Int)
  /// The certificate of the server, or of this client, was not accepted.
  case untrusted(detail: String)
  /// The server does not speak TLS. `detail` is the transport's own text.
  case withoutTLS(detail: String)
  /// The connection broke during the transfer.
  case interrupted(detail: String)
  /// The reply exceeds the largest size that the client accepts.
  case tooLarge(limitBytes: Int)
  /// The request could not be made at all: a bad URL, an unreadable certificate file.
  case unusable(detail: String)
}
