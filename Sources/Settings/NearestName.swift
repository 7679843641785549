/// Finds what somebody may have meant.
package enum NearestName {
  /// No known name is longer; of what is, only this much is compared.
  private static let longest = 100

  /// The candidate that takes the fewest insertions, deletions, replacements and swaps of neighbours; the
  /// first of several. `nil` where there are no candidates.
  package static func of(_ name: String, among candidates: [String]) -> String? {
    candidates.map { (name: $0, distance: distance(name, $0)) }.min { $0.distance < $1.distance }?.name
  }

  /// How many insertions, deletions, replacements and swaps of neighbours lead from one text to the other.
  package static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8.prefix(longest))
    let right = Array(right.utf8.prefix(longest))
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
