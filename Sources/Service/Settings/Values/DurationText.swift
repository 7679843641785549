/// Durations as people write them: `250ms`, `30s`, `15m`, `1h30m`, `7d`, `1.5s`.
package enum DurationText {
  /// Examples for error messages and documentation.
  package static let examples = "250ms, 30s, 15m, 1h30m or 7d"

  /// The units in milliseconds, largest first.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Parses a duration of whole milliseconds. Each unit may occur once, larger units first. Every number
  /// needs a unit, because its meaning would be unclear without one. Returns `nil` if the text is not a
  /// duration.
  package static func parse(_ text: String) -> Duration? {
    var rest = Substring(text.trimmingSpaces)
    guard !rest.isEmpty else { return nil }
    var total: Int64 = 0
    var firstAllowed = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let word = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(word.count).drop { $0 == " " }
      guard let index = units.firstIndex(where: { $0.name == word }), index >= firstAllowed,
        let part = milliseconds(digits, times: units[index].milliseconds)
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { return nil }
      total = sum
      firstAllowed = index + 1
    }
    return .milliseconds(total)
  }

  /// Returns a short text that parses as the same duration: `90s` becomes `1m30s`, zero or less `0s`.
  package static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    guard rest > 0 else { return "0s" }
    if rest <= 60_000, rest % 1000 == 0 { return "\(rest / 1000)s" }
    var result = ""
    for unit in units where rest >= unit.milliseconds {
      result += "\(rest / unit.milliseconds)\(unit.name)"
      rest %= unit.milliseconds
    }
    return result
  }

  private static func milliseconds(_ digits: Substring, times unit: Int64) -> Int64? {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = Int64(parts[0]) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return product }
    guard (1...6).contains(parts[1].count), let decimals = Int64(parts[1]) else { return nil }
    let scale = parts[1].reduce(into: Int64(1)) { scale, _ in scale *= 10 }
    let (fraction, remainder) = (decimals * unit).quotientAndRemainder(dividingBy: scale)
    return remainder == 0 ? product + fraction : nil
  }
}

extension StringProtocol {
  /// The text without leading and trailing white space.
  package var trimmingSpaces: String {
    func isSpace(_ character: Character) -> Bool { character.isWhitespace }
    guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}
