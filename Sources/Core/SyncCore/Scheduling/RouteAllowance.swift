/// How often a change of the network may shorten a wait: a few times in a row, because the first route of a link that
/// comes up is seldom the one that leads to the hub, and then once a minute, so that a link that comes and goes starts
/// no storm.
package struct RouteAllowance: Hashable, Sendable {
  /// How many times in a row.
  static let burst = 3
  /// How long it takes until there is one time more.
  static let refill: Duration = .seconds(60)

  private var left = burst
  private var since: Duration = .zero

  /// With everything still to give.
  package init() {}

  /// Takes one time, at `now` on the boot clock; false where none is left.
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
