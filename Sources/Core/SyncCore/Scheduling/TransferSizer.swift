/// How large the next batch or page may be. A slow transfer delays the other direction, and a broken one may
/// succeed at a smaller size; both halve the size. A quick transfer doubles it again, up to the configured
/// size.
package struct TransferSizer: Hashable, Sendable {
  /// A transfer that takes longer is too large for this line.
  static let slow: Duration = .seconds(4)
  /// After a transfer that takes no longer, the next may be larger.
  static let quick: Duration = .seconds(1)
  /// At most a thousandth of the size; changes then go one at a time.
  static let halvingsMax = 10

  /// How often the size is halved.
  package private(set) var halvings = 0

  /// Starts with the whole size.
  package init() {}

  /// Records a transfer that succeeded in this time.
  package mutating func took(_ span: Duration) {
    if span <= Self.quick {
      halvings = max(halvings - 1, 0)
      return
    }
    var span = span
    while span > Self.slow, halvings < Self.halvingsMax {
      halvings += 1
      span = span / 2
    }
  }

  /// Records a transfer that succeeded in unknown time.
  package mutating func came() { halvings = max(halvings - 1, 0) }

  /// Records a transfer that broke off or never ended.
  package mutating func broke() { halvings = min(halvings + 2, Self.halvingsMax) }

  /// Returns this share of a count, at least one.
  package func part(of count: Int) -> Int { Self.part(of: count, halvings: halvings) }

  /// Returns a count halved this often, at least one.
  package static func part(of count: Int, halvings: Int) -> Int { max(count >> halvings, 1) }

  /// Returns this share of a batch's bounds.
  package func part(of limits: BatchLimits) -> BatchLimits {
    var limits = limits
    limits.changes = part(of: limits.changes)
    limits.bytes = part(of: limits.bytes)
    return limits
  }
}
