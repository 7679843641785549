/// Durations as people write them: `250ms`, `30s`, `1h30m`, `7d`.
package enum DurationText {
  // In the order in which they may occur in a text: each unit once, larger before smaller.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Parses a duration of at most a hundred years; returns `nil` for other texts. Every number except `0`
  /// needs a unit. Each unit may occur once, larger before smaller.
  package static func parse(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    var total: Int64 = 0
    var allowed = units[...]
    var rest = text[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !("0"..."9").contains($0) }
      rest = rest.dropFirst(name.count)
      guard let number = Int64(digits), let index = allowed.firstIndex(where: { $0.name == name }) else {
        return nil
      }
      let (product, overflow) = number.multipliedReportingOverflow(by: units[index].milliseconds)
      guard !overflow, product <= 3_155_760_000_000 else { return nil }
      total += product
      allowed = allowed[(index + 1)...]
    }
    return total <= 3_155_760_000_000 ? .milliseconds(total) : nil
  }

  /// Returns a short text that `parse` reads as this duration in whole milliseconds; `0s` for zero or less.
  package static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard rest > 0 else { return "0s" }
    var result = ""
    for unit in units where rest >= unit.milliseconds {
      result += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return result
  }

  /// Returns the approximate duration for people, in its two largest units and whole seconds: `1h59m`, `41s`.
  package static func rough(_ duration: Duration) -> String {
    var rest = max(duration.components.seconds, 0) * 1000
    guard rest > 0 else { return "0s" }
    var result = ""
    var count = 0
    for unit in units where rest >= unit.milliseconds || count == 1 {
      guard count < 2 else { break }
      if rest >= unit.milliseconds { result += "\(rest / unit.milliseconds)\(unit.name)" }
      rest %= unit.milliseconds
      count += 1
    }
    return result
  }
}
