/// Numbers of bytes as people write them: `64KiB`, `1MiB`, `5MB`, `4096`.
package enum SizeText {
  /// Examples for error messages and documentation.
  package static let examples = "64KiB, 1MiB, 5MB or a number of bytes"

  private static let units: [(name: String, bytes: Int)] = [
    ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
  ]

  /// Parses a size and returns it in bytes; `nil` if the text is not a size. `KiB` is 1024 bytes, `KB` 1000.
  /// Ignores case.
  package static func parse(_ text: String) -> Int? {
    let text = text.trimmingSpaces
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let word = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Int(digits) else { return nil }
    if word.isEmpty { return number }
    guard let unit = units.first(where: { $0.name.lowercased() == word }) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflow ? nil : bytes
  }

  /// Returns a text that parses as the same size, in the largest unit that divides it.
  package static func format(_ bytes: Int) -> String {
    let unit = units.first { $0.bytes <= bytes && bytes % $0.bytes == 0 }
    guard let unit else { return "\(bytes)B" }
    return "\(bytes / unit.bytes)\(unit.name)"
  }
}
