/// Refuses text that the TOML library cannot handle, before the library sees it:
/// - The library takes a NUL byte for the end of the text.
/// - Its assertions stop the process if no name follows a bracket that opens a section, if half a time
///   follows a date, or if a brace closes where a list needs a value.
/// - It turns a name of many thousand parts into as many nested tables, and freeing them overflows the stack.
///
/// No setting accepts a date, an array or a text of several lines, so this refuses no valid configuration.
enum ParserGuard {
  /// Returns a problem for the first line that must not reach the parser; `nil` if there is none.
  static func firstProblem(in text: String, path: String) -> SettingsProblem? {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let message = message(about: line) else { continue }
      return SettingsProblem(.file(path: path, line: index + 1), key: nil, message)
    }
    return nil
  }

  private static func message(about line: Substring.UTF8View) -> String? {
    // The library ends a key's name at an escaped NUL and then does not find the name.
    if escapesNUL(line) { return "contains an escaped NUL, which no setting accepts" }
    if line.contains(0) { return "contains a NUL byte; is it a text file?" }
    if !opensNothingOrASection(line) { return "is not valid TOML: the name of a section must follow the [" }
    if dots(line) > dotsMax { return "has more than \(dotsMax) dots, which no setting needs" }
    if closesInsteadOfAValue(line) { return "is not valid TOML: a value is missing before the }" }
    if holdsDate(line) { return "contains a date or a time without quotes, which no setting accepts" }
    return nil
  }

  private static func escapesNUL(_ line: Substring.UTF8View) -> Bool {
    let text = Substring(line)
    return text.contains("\\u0000") || text.contains("\\U00000000")
  }

  /// Whether a brace closes where a value is needed: at the start of the line, or after a bracket or a comma.
  /// Quotes do not matter, because no setting has such a text.
  private static func closesInsteadOfAValue(_ line: Substring.UTF8View) -> Bool {
    var before: UInt8?
    for byte in line {
      if byte == UInt8(ascii: "}"), before.map({ "[,".utf8.contains($0) }) ?? true { return true }
      // Treat non-ASCII characters as blanks, because some are.
      if !isBlank(byte), byte < 0x80 { before = byte }
    }
    return false
  }

  private static func opensNothingOrASection(_ line: Substring.UTF8View) -> Bool {
    // Treat a byte order mark and other non-ASCII characters as blanks, because some are.
    var rest = line.drop { isBlank($0) || $0 >= 0x80 }
    guard rest.first == UInt8(ascii: "[") else { return true }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "[") { rest = rest.dropFirst() }
    guard let first = rest.drop(while: isBlank).first else { return false }
    return isDigit(first) || isLetter(first) || "_-\"'".utf8.contains(first)
  }

  /// The maximum number of dots in a line, since each may nest a table. This counts dots in quotes too: only
  /// the parser knows what is quoted, and no path or address has so many.
  private static let dotsMax = 50

  private static func dots(_ line: Substring.UTF8View) -> Int {
    let isComment = line.drop(while: isBlank).first == UInt8(ascii: "#")
    if isComment, !line.contains(where: { "\"'".utf8.contains($0) }) { return 0 }
    return line.count { $0 == UInt8(ascii: ".") }
  }

  /// Whether the line has a `27-0` or `12:3` outside quotes and comments: two digits, a separator, a digit.
  private static func holdsDate(_ line: Substring.UTF8View) -> Bool {
    var quote: UInt8?
    var bare: [UInt8] = []
    for byte in line {
      if let open = quote {
        if byte == open { quote = nil }
        bare = []
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
        bare = []
      } else if byte == UInt8(ascii: "#") {
        return false
      } else {
        bare = bare.suffix(3) + [byte]
        if bare.count == 4, isDigit(bare[0]), isDigit(bare[1]), "-:".utf8.contains(bare[2]), isDigit(bare[3])
        {
          return true
        }
      }
    }
    return false
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
