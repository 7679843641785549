/// How large the next batch or page may be. What takes long holds the other direction up, and what breaks off is better
/// tried smaller: both halve the size. What goes quickly doubles it again, up to what is configured.
package struct TransferSizer: Hashable, Sendable {
  /// One that takes longer is too large for this line.
  static let slow: Duration = .seconds(4)
  /// One that takes no longer may be larger.
  static let quick: Duration = .seconds(1)
  /// A thousandth: then one change goes at a time.
  static let halvingsMax = 10

  /// How often the size is halved.
  package private(set) var halvings = 0

  /// With the whole size.
  package init() {}

  /// One came through in so long.
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

  /// One came through, and nobody knows how long it took.
  package mutating func came() { halvings = max(halvings - 1, 0) }

  /// One broke off, or never came to an end.
  package mutating func broke() { halvings = min(halvings + 2, Self.halvingsMax) }

  /// So much of a count, at least one.
  package func part(of count: Int) -> Int { Self.part(of: count, halvings: halvings) }

  /// So much of a count as is left after so many halvings, at least one.
  package static func part(of count: Int, halvings: Int) -> Int { max(count >> halvings, 1) }

  /// The bounds of a batch of this size.
  package func part(of limits: BatchLimits) -> BatchLimits {
    var limits = limits
    limits.changes = part(of: limits.changes)
    limits.bytes = part(of: limits.bytes)
    return limits
  }
}
