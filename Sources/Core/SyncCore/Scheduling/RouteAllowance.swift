/// Limits how often a network change may shorten a wait. A few in a row may, because the first route of a new
/// link seldom leads to the hub. After that one a minute may, so that an unstable link cannot cause a storm
/// of tries.
package struct RouteAllowance: Hashable, Sendable {
  /// How many in a row.
  static let burst = 3
  /// How long until one more is allowed.
  static let refill: Duration = .seconds(60)

  private var left = burst
  private var since: Duration = .zero

  /// Starts with the whole allowance.
  package init() {}

  /// Uses one unit of the allowance at `now` on the boot clock; returns false if none is left.
  package mutating func use(at now: Duration) -> Bool {
    while left < Self.burst, now - since >= Self.refill {
      left += 1
      since += Self.refill
    }
    if left == Self.burst { since = now }
    guard left > 0 else { return false }
    left -= 1
    return true
  }
}
