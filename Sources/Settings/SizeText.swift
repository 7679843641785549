/// Numbers of bytes as people write them: `64KiB`, `1MiB`, `5MB`, `4096`.
package enum SizeText {
  /// How sizes are written, for errors.
  package static let examples = "64KiB, 1MiB, 5MB or a number of bytes"

  private static let units: [(name: String, bytes: Int)] = [
    ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("B", 1),
  ]

  /// Reads a size in bytes; `nil` where the text is none. `KiB` counts by 1024, `KB` by 1000; case does not
  /// matter.
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

  /// The text that reads back as the same size, in the largest unit that divides it.
  package static func format(_ bytes: Int) -> String {
    let unit = units.first { $0.bytes <= bytes && bytes % $0.bytes == 0 }
    guard let unit else { return "\(bytes)B" }
    return "\(bytes / unit.bytes)\(unit.name)"
  }
}
