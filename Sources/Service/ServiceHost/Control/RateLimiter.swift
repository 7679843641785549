/// How often something may be asked for: so many times in a row, and then once an interval.
package struct RateLimiter: Sendable {
  private let burst: Int
  private let interval: Duration
  /// Until when what was let through counts.
  private var fullUntil: Duration = .zero

  /// Takes how many may come in a row, at least 1, and after which time one more may.
  package init(burst: Int, interval: Duration) {
    self.burst = burst
    self.interval = interval
  }

  /// Lets one through, and gives `nil`; or gives how long it is until one may come. `now`: of a clock that only goes on.
  package mutating func admit(now: Duration) -> Duration? {
    let earliest = fullUntil - interval * (burst - 1)
    guard now >= earliest else { return earliest - now }
    fullUntil = max(fullUntil, now) + interval
    return nil
  }
}
