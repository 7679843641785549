/// What a network, and a proxy on the way, can do to one exchange between daemon and hub.
package enum NetworkFault: String, CaseIterable, Sendable {
  /// The request is read and never forwarded; the connection closes.
  case requestLost
  /// The request is read and never forwarded; nothing happens until the client gives up.
  case requestSwallowed
  /// The request reaches the hub only after the client has given up, and has perhaps tried again.
  case requestLate
  /// The hub gets the first half of the request.
  case requestCut
  /// The hub gets the request twice.
  case requestTwice
  /// The hub has done its work, and its reply never comes.
  case replyLost
  /// The reply comes after the client has given up.
  case replyLate
  /// Half of the reply comes.
  case replyCut
  /// Half of the reply comes, in chunks that promise more.
  case chunksCut
  /// An earlier reply comes in the place of this one.
  case replyStale
  /// Everything comes, a few bytes at a time.
  case trickled
  /// What comes back is no HTTP.
  case garbage
  /// What comes back is HTTP, and its body is of something else.
  case wrongBody
  /// 404, as by a proxy that does not know the hub.
  case notFound
  /// 500.
  case serverError
  /// 502.
  case badGateway
  /// 503 with `Retry-After`.
  case unavailable
  /// A portal, a firewall or a proxy answers with a page that says no: 401, 403, 407, 410, 451 or 511.
  case portal
}
