/// Says when a request makes no progress any more. There is no limit to how long one may take that does: over a slow line
/// a large row takes minutes. Pure: bytes and times in, a verdict out.
struct ProgressWatch: Hashable, Sendable {
  /// Less than this, in bytes a second over all of `limit`, counts as standing still: a line that lets through a byte
  /// now and then would hold everything up for ever.
  static let rateMin: Int64 = 256
  /// How often it is looked in the time that nothing may move.
  static let looksPerLimit = 4

  /// How long nothing may move.
  let limit: Duration
  /// How long the hub may hold the request back on purpose; neither limit counts until its answer begins.
  let wait: Duration
  /// When to look next.
  private(set) var nextLook: Duration
  private var seen = Look()
  private var movedAt: Duration
  /// Since when, and from how many bytes on, the rate is measured.
  private var windowBegan: Duration
  private var windowBytes: Int64 = 0

  /// What there is to see of a request.
  struct Look: Hashable, Sendable {
    /// Bytes of it that have left this machine and were acknowledged.
    var sent: Int64 = 0
    /// Bytes of the answer that have come.
    var received: Int64 = 0
    /// All of it is at the hub, and nothing of the answer is here.
    var isAwaited = false
  }

  /// Why a request is given up.
  enum End: Hashable, Sendable {
    /// No answer began.
    case silent(after: Duration)
    /// Nothing moved.
    case stalled(after: Duration)
    /// Less than `rateMin` moved.
    case tooSlow
  }

  /// Begins with a request, at `now` on the boot clock.
  init(limit: Duration, wait: Duration, at now: Duration) {
    self.limit = limit
    self.wait = max(wait, .zero)
    (movedAt, windowBegan) = (now, now)
    nextLook = now + (wait > .zero ? limit + wait : limit / Self.looksPerLimit)
  }

  /// The answer of a request that the hub may hold back has begun: from now on it must go on.
  mutating func answerBegan(at now: Duration) {
    guard wait > .zero, seen.received == 0 else { return }
    (movedAt, windowBegan) = (now, now)
    nextLook = min(nextLook, now + limit / Self.looksPerLimit)
  }

  /// Looks at the request; gives why it is to be given up, `nil` if it goes on.
  mutating func look(_ look: Look, at now: Duration) -> End? {
    let bytes = look.sent + look.received
    if bytes > seen.sent + seen.received { movedAt = now }
    seen = look
    nextLook = now + limit / Self.looksPerLimit
    if look.isAwaited {
      // The hub is at work: it moves nothing, and is slow at nothing.
      (windowBegan, windowBytes) = (now, bytes)
    }
    // What is held back on purpose is looked at when its time is up; until then nothing was counted.
    let allowed = look.isAwaited ? limit + wait : limit
    if now - movedAt >= allowed {
      return look.received == 0 ? .silent(after: allowed) : .stalled(after: allowed)
    }
    guard now - windowBegan >= limit else { return nil }
    let least = Self.rateMin * limit.wholeMilliseconds / 1000
    guard bytes - windowBytes >= least else { return .tooSlow }
    (windowBegan, windowBytes) = (now, bytes)
    return nil
  }
}
