/// Decides when a request makes no progress any more. A request that makes progress may take any time: over a
/// slow line a large row takes minutes. Pure logic: bytes and times in, a verdict out.
struct StallTimer: Hashable, Sendable {
  /// A rate below this, in bytes per second over all of `limit`, counts as no progress. A line that passes a
  /// byte now and then would otherwise block everything for ever.
  static let rateMin: Int64 = 256
  /// How many checks there are within `limit`.
  static let looksPerLimit = 4

  /// How long a request may make no progress.
  let limit: Duration
  /// How long the hub may hold the request on purpose. Neither limit counts until its answer begins.
  let wait: Duration
  /// When to check next.
  private(set) var nextLook: Duration
  private var seen = Reading()
  private var movedAt: Duration
  /// When the current rate measurement began, and the byte count at that time.
  private var windowBegan: Duration
  private var windowBytes: Int64 = 0

  /// The observable progress of a request.
  struct Reading: Hashable, Sendable {
    /// Bytes of the request that have left this machine and were acknowledged.
    var sent: Int64 = 0
    /// Bytes of the answer that have arrived.
    var received: Int64 = 0
    /// Whether the hub has all of the request and its answer has not begun.
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

  /// Starts with a request, at `now` on the boot clock.
  init(limit: Duration, wait: Duration, at now: Duration) {
    self.limit = limit
    self.wait = max(wait, .zero)
    (movedAt, windowBegan) = (now, now)
    nextLook = now + (wait > .zero ? limit + wait : limit / Self.looksPerLimit)
  }

  /// Call it when the answer to a held request has begun. From now on the answer must make progress.
  mutating func answerBegan(at now: Duration) {
    guard wait > .zero, seen.received == 0 else { return }
    (movedAt, windowBegan) = (now, now)
    nextLook = min(nextLook, now + limit / Self.looksPerLimit)
  }

  /// Checks the request. Returns why it is given up; `nil` if it continues.
  mutating func look(_ look: Reading, at now: Duration) -> End? {
    let bytes = look.sent + look.received
    if bytes > seen.sent + seen.received { movedAt = now }
    seen = look
    nextLook = now + limit / Self.looksPerLimit
    if look.isAwaited {
      // The hub is working: no bytes move, and that does not count as slow.
      (windowBegan, windowBytes) = (now, bytes)
    }
    // A held request is checked when its `wait` is over; until then nothing was counted.
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
