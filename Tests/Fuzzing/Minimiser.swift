/// Minimises a failing input: first lines, then pieces of bytes, as long as it still fails.
package enum Minimiser {
  /// The smallest input found within the given number of tries.
  package static func minimise(
    _ input: [UInt8], triesMax: Int = 500, fails: ([UInt8]) -> Bool
  ) -> [UInt8] {
    var tries = 0
    var small = input
    func stillFails(_ candidate: [UInt8]) -> Bool {
      tries += 1
      return fails(candidate)
    }
    var lines = input.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    var place = 0
    while place < lines.count, lines.count > 1, tries < triesMax {
      var fewer = lines
      fewer.remove(at: place)
      let candidate = Array(fewer.joined(separator: [0x0A]))
      if stillFails(candidate) { (lines, small) = (fewer, candidate) } else { place += 1 }
    }
    var size = max(small.count / 2, 1)
    while size > 0, tries < triesMax {
      var start = 0
      while start < small.count, tries < triesMax {
        var candidate = small
        candidate.removeSubrange(start..<min(start + size, small.count))
        if stillFails(candidate) { small = candidate } else { start += size }
      }
      size /= 2
    }
    return small
  }
}
