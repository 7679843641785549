/// Finds the known name that is most similar to a misspelled one.
package enum NearestName {
  /// The number of bytes to compare. All known names are shorter.
  private static let longest = 100

  /// Returns the candidate with the smallest `distance`, the first one of several. Returns `nil` if there are
  /// no candidates.
  package static func of(_ name: String, among candidates: [String]) -> String? {
    candidates.map { (name: $0, distance: distance(name, $0)) }.min { $0.distance < $1.distance }?.name
  }

  /// Counts the insertions, deletions, replacements and swaps of neighbours that turn one text into the
  /// other.
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
