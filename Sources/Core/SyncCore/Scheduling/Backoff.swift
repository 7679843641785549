/// How long to wait before the next try: full jitter over a bound that doubles (design.md, daemons' notes).
package struct Backoff: Hashable, Sendable {
  /// The first bound.
  package var initial: Duration
  /// The last bound.
  package var limit: Duration
  /// The last bound while somebody waits for their edits to be sent.
  package var limitWithEdits: Duration
  /// Failures since the last success.
  package private(set) var attempt = 0
  /// How often the first bound is doubled after the next failure.
  private var doublings = 0

  /// Takes the first and the last bound; with `limitWithEdits` a shorter last bound while there are edits to send.
  package init(initial: Duration, limit: Duration, limitWithEdits: Duration? = nil) {
    precondition(initial > .zero && initial <= limit, "backoff goes from a first bound up to a last one")
    self.initial = initial
    self.limit = limit
    self.limitWithEdits = max(min(limitWithEdits ?? limit, limit), initial)
  }

  /// Counts a failure.
  ///
  /// - Parameters:
  ///   - random: from 0 up to, not including, 1.
  ///   - floor: what the server asked for (`Retry-After`); waited at least, jitter on top.
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

  /// Takes other bounds; what was counted stays.
  package mutating func rebound(to other: Backoff) {
    (initial, limit, limitWithEdits) = (other.initial, other.limit, other.limitWithEdits)
  }

  /// Success: the next failure begins at the first bound again.
  package mutating func succeeded() { (attempt, doublings) = (0, 0) }

  /// What failed before may work by now: the coming waits grow anew, from the first bound doubled `doublings` times at
  /// most. The failures still count.
  package mutating func shorten(toDoublings doublings: Int = 0) {
    self.doublings = min(self.doublings, doublings)
  }
}
