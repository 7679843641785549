/// How often something took how long: a count for each bound, the sum, and nothing else is kept.
package struct Histogram: Sendable {
  /// The upper bounds in seconds, ascending. Beyond the last one everything counts as well.
  package let bounds: [Double]
  /// How many were within the bound of the same place and above the one before; the last place is beyond all.
  package private(set) var counts: [Int]
  /// All durations together, in seconds.
  package private(set) var sum = 0.0

  /// Takes the upper bounds in seconds, ascending.
  package init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of a histogram ascend")
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// How many there were.
  package var count: Int { counts.reduce(0, +) }

  /// Counts one. A clock that went back counts as no time.
  package mutating func observe(_ duration: Duration) {
    let parts = duration.components
    let seconds = max(Double(parts.seconds) + Double(parts.attoseconds) / 1e18, 0)
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += seconds
  }
}
