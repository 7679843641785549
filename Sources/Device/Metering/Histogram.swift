/// A distribution of durations. It keeps only a count for each bound, and the sum.
package struct Histogram: Sendable {
  /// The upper bounds in seconds, ascending. Durations above the last bound count too.
  package let bounds: [Double]
  /// For each bound, how many durations are within it and above the previous one. The last element counts
  /// those above all bounds.
  package private(set) var counts: [Int]
  /// The sum of all durations, in seconds.
  package private(set) var sum = 0.0

  /// Takes the upper bounds in seconds, ascending.
  package init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of a histogram ascend")
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// The number of durations.
  package var count: Int { counts.reduce(0, +) }

  /// Counts a duration. A negative one (the clock went back) counts as zero.
  package mutating func observe(_ duration: Duration) {
    let parts = duration.components
    let seconds = max(Double(parts.seconds) + Double(parts.attoseconds) / 1e18, 0)
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += seconds
  }
}
