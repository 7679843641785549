import NIOCore

/// Decides whether a client is too slow. It has no clock and closes nothing: the caller reports events, and
/// this type says when to look again.
///
/// Time counts against the client only while the hub waits for it. It does not count while a poll is parked,
/// or while the hub has not yet asked for more of a body.
struct ConnectionTimeouts {
  /// The time limits.
  struct Limits: Sendable {
    /// From the opening of a connection to the end of its first request's head.
    var head = TimeAmount.seconds(20)
    /// From the end of a reply to the end of the next request's head.
    var idle = TimeAmount.seconds(120)
    /// For the whole body of a request.
    var body = TimeAmount.minutes(30)
    /// In each such span, a body or a reply must progress by `progress` bytes or reach its end.
    var window = TimeAmount.seconds(60)
    /// The bytes per `window`.
    var progress = 16 * 1024
    /// For the rest of a body whose request is already answered.
    var linger = TimeAmount.seconds(5)
  }

  /// What the caller must do now.
  enum Verdict: Equatable {
    /// Close the connection: the client was too slow.
    case close
    /// Look again at this time, unless something happens before.
    case wait(until: NIODeadline)
    /// Nothing, until something happens.
    case rest
  }

  private struct Window {
    var end: NIODeadline
    var bytes = 0
  }

  private enum Request {
    /// No request is in progress. The next one's head must arrive by then.
    case none(until: NIODeadline)
    case body(until: NIODeadline, window: Window)
    case whole
  }

  private let limits: Limits
  private var request: Request
  /// Requests that are not answered yet. A client may send the next one earlier.
  private var unanswered = 0
  /// When the hub stopped asking for more of a body; `nil` while it asks.
  private var pausedAt: NIODeadline?
  private var unread = 0
  private var reply = Window(end: .distantFuture)

  /// Starts with a connection that has just been opened.
  init(_ limits: Limits, now: NIODeadline) {
    self.limits = limits
    request = .none(until: now + limits.head)
  }

  /// Whether a request's body is still incomplete.
  var isReceiving: Bool { if case .body = request { true } else { false } }

  /// Call it when a request's head has arrived.
  mutating func head(now: NIODeadline) {
    unanswered += 1
    request = .body(until: now + limits.body, window: Window(end: now + limits.window))
    pausedAt = now
  }

  /// Call it when a part of a body has arrived.
  mutating func body(bytes: Int, now: NIODeadline) {
    guard case .body(let until, var window) = request else { return }
    window.bytes += bytes
    request = .body(until: until, window: window)
    pausedAt = now
  }

  /// Call it when a request is complete.
  mutating func end(now: NIODeadline) {
    request = unanswered > 0 ? .whole : .none(until: now + limits.idle)
    pausedAt = nil
  }

  /// Call it when the hub asks for more data. The pause before does not count against the client.
  mutating func ask(now: NIODeadline) {
    guard let since = pausedAt else { return }
    pausedAt = nil
    guard case .body(let until, var window) = request else { return }
    let pause = now - since
    window.end = window.end + pause
    request = .body(until: until + pause, window: window)
  }

  /// Call it when the hub writes a part of a reply.
  mutating func wrote(bytes: Int, now: NIODeadline) {
    if unread == 0 { reply = Window(end: now + limits.window) }
    unread += bytes
  }

  /// Call it when the client's machine has received a part of a reply.
  mutating func sent(bytes: Int) {
    unread -= bytes
    reply.bytes += bytes
  }

  /// Call it when a reply is complete.
  mutating func replied(now: NIODeadline) {
    unanswered = max(0, unanswered - 1)
    switch request {
    case .body(let until, let window) where unanswered == 0:
      request = .body(until: min(until, now + limits.linger), window: window)
    case .whole where unanswered == 0: request = .none(until: now + limits.idle)
    case .none, .body, .whole: break
    }
  }

  /// Compares the clock with the limits.
  mutating func look(now: NIODeadline) -> Verdict {
    var next: NIODeadline?
    switch request {
    case .none(let until):
      if now >= until { return .close }
      next = until
    case .body(let until, var window) where pausedAt == nil:
      guard now < until, pass(&window, now) else { return .close }
      request = .body(until: until, window: window)
      next = min(until, window.end)
    case .body, .whole: break
    }
    if unread > 0 {
      guard pass(&reply, now) else { return .close }
      next = min(next ?? reply.end, reply.end)
    }
    return next.map { .wait(until: $0) } ?? .rest
  }

  /// Starts the next window if this one is over. Returns false if too little moved in it.
  private func pass(_ window: inout Window, _ now: NIODeadline) -> Bool {
    guard now >= window.end else { return true }
    guard window.bytes >= limits.progress else { return false }
    window = Window(end: now + limits.window)
    return true
  }
}
