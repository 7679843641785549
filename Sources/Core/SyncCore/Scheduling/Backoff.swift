/// How long to wait before the next try: full jitter below a bound that doubles with each failure.
package struct Backoff: Hashable, Sendable {
  /// The first bound.
  package var initial: Duration
  /// The largest bound.
  package var limit: Duration
  /// The largest bound while there are local edits to send.
  package var limitWithEdits: Duration
  /// Failures since the last success.
  package private(set) var attempt = 0
  /// How often the next failure doubles the first bound.
  private var doublings = 0

  /// Takes the first and the largest bound. `limitWithEdits` is a lower largest bound while there are edits
  /// to send.
  package init(initial: Duration, limit: Duration, limitWithEdits: Duration? = nil) {
    precondition(initial > .zero && initial <= limit, "backoff goes from a first bound up to a last one")
    self.initial = initial
    self.limit = limit
    self.limitWithEdits = max(min(limitWithEdits ?? limit, limit), initial)
  }

  /// Counts a failure.
  ///
  /// - Parameters:
  ///   - random: at least 0, below 1.
  ///   - floor: the wait that the server asked for (`Retry-After`); the jitter comes on top.
  ///   - hasEdits: whether there are local edits to send.
  /// - Returns: how long to wait.
  package mutating func failed(random: Double, floor: Duration? = nil, hasEdits: Bool = false) -> Duration {
    precondition((0..<1).contains(random), "chance is given from 0 up to 1")
    attempt += 1
    let last = hasEdits ? limitWithEdits : limit
    var bound = initial
    for _ in 0..<doublings where bound < last { bound = min(bound * 2, last) }
    doublings = min(doublings + 1, 30)
    let jitter = Duration.milliseconds(max(Int64(Double(bound.wholeMilliseconds) * random), 1))
    guard let floor else { return jitter }
    return floor + min(jitter, initial)
  }

  /// Takes the bounds of another backoff and keeps the counts.
  package mutating func rebound(to other: Backoff) {
    (initial, limit, limitWithEdits) = (other.initial, other.limit, other.limitWithEdits)
  }

  /// Records a success: the next failure begins at the first bound again.
  package mutating func succeeded() { (attempt, doublings) = (0, 0) }

  /// Shortens the next waits because the cause of the failures may be gone. The bound grows again from the
  /// first one, doubled at most `doublings` times. The failures still count.
  package mutating func shorten(toDoublings doublings: Int = 0) {
    self.doublings = min(self.doublings, doublings)
  }
}
