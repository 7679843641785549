import NIOCore

/// How long a client may take. It knows no clock and closes nothing: it is told what happens, and says when to look again.
///
/// Time counts against the client only while the hub waits for it. A poll that is parked, and a body that the hub has not
/// got round to reading, are the hub's own doing.
struct ConnectionPace {
  /// The bounds.
  struct Limits: Sendable {
    /// From opening a connection to the end of its first request's head.
    var head = TimeAmount.seconds(20)
    /// From the end of a reply to the end of the next request's head.
    var idle = TimeAmount.seconds(120)
    /// For the whole body of a request.
    var body = TimeAmount.minutes(30)
    /// In each such span a body, or a reply, moves on by `progress` bytes, or to its end.
    var window = TimeAmount.seconds(60)
    /// See `window`.
    var progress = 16 * 1024
    /// For the rest of a body whose request has been answered already.
    var linger = TimeAmount.seconds(5)
  }

  /// What is to be done now.
  enum Verdict: Equatable {
    /// The client was too slow.
    case close
    /// Nothing, until then at least.
    case wait(until: NIODeadline)
    /// Nothing, until something happens.
    case rest
  }

  private struct Window {
    var end: NIODeadline
    var bytes = 0
  }

  private enum Request {
    /// None is under way; the next one's head comes until then.
    case none(until: NIODeadline)
    case body(until: NIODeadline, window: Window)
    case whole
  }

  private let limits: Limits
  private var request: Request
  /// Requests that are not answered yet. A client may send the next one before.
  private var unanswered = 0
  /// Since when the hub has not asked for more of a body.
  private var pausedAt: NIODeadline?
  private var unread = 0
  private var reply = Window(end: .distantFuture)

  /// A connection that was opened now.
  init(_ limits: Limits, now: NIODeadline) {
    self.limits = limits
    request = .none(until: now + limits.head)
  }

  /// Whether a request's body has not come whole yet.
  var isReceiving: Bool { if case .body = request { true } else { false } }

  /// A request's head has come.
  mutating func head(now: NIODeadline) {
    unanswered += 1
    request = .body(until: now + limits.body, window: Window(end: now + limits.window))
    pausedAt = now
  }

  /// A part of a body has come.
  mutating func body(bytes: Int, now: NIODeadline) {
    guard case .body(let until, var window) = request else { return }
    window.bytes += bytes
    request = .body(until: until, window: window)
    pausedAt = now
  }

  /// A request has come whole.
  mutating func end(now: NIODeadline) {
    request = unanswered > 0 ? .whole : .none(until: now + limits.idle)
    pausedAt = nil
  }

  /// The hub asks for more.
  mutating func ask(now: NIODeadline) {
    guard let since = pausedAt else { return }
    pausedAt = nil
    guard case .body(let until, var window) = request else { return }
    let pause = now - since
    window.end = window.end + pause
    request = .body(until: until + pause, window: window)
  }

  /// A part of a reply is on its way.
  mutating func wrote(bytes: Int, now: NIODeadline) {
    if unread == 0 { reply = Window(end: now + limits.window) }
    unread += bytes
  }

  /// The client's machine has taken a part of a reply.
  mutating func taken(bytes: Int) {
    unread -= bytes
    reply.bytes += bytes
  }

  /// A reply is complete.
  mutating func replied(now: NIODeadline) {
    unanswered = max(0, unanswered - 1)
    switch request {
    case .body(let until, let window) where unanswered == 0:
      request = .body(until: min(until, now + limits.linger), window: window)
    case .whole where unanswered == 0: request = .none(until: now + limits.idle)
    case .none, .body, .whole: break
    }
  }

  /// Looks at the clock.
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

  /// Begins the next window where one has ended; false where too little has moved in it.
  private func pass(_ window: inout Window, _ now: NIODeadline) -> Bool {
    guard now >= window.end else { return true }
    guard window.bytes >= limits.progress else { return false }
    window = Window(end: now + limits.window)
    return true
  }
}
