/// What a network, or a proxy on the way, can do to one exchange between daemon and hub.
package enum NetworkFault: String, CaseIterable, Sendable {
  /// The proxy reads the request and never forwards it; the connection closes.
  case requestLost
  /// The proxy reads the request and never forwards it; nothing happens until the client gives up.
  case requestSwallowed
  /// The request reaches the hub only after the client has given up, and perhaps has retried.
  case requestLate
  /// The hub gets the first half of the request.
  case requestCut
  /// The hub gets the request twice.
  case requestTwice
  /// The hub has done its work, and its reply never arrives.
  case replyLost
  /// The reply arrives after the client has given up.
  case replyLate
  /// Half of the reply arrives.
  case replyCut
  /// Half of the reply arrives, in chunks that promise more.
  case chunksCut
  /// An earlier reply arrives in place of this one.
  case replyStale
  /// Everything arrives, a few bytes at a time.
  case trickled
  /// The reply is not HTTP.
  case garbage
  /// The reply is HTTP, and its body is something else.
  case wrongBody
  /// 404, as from a proxy that does not know the hub.
  case notFound
  /// 500.
  case serverError
  /// 502.
  case badGateway
  /// 503 with `Retry-After`.
  case unavailable
  /// A captive portal, a firewall or a proxy refuses with a page: 401, 403, 407, 410, 451 or 511.
  case portal
}
