/// Refuses, before the TOML library sees it, what the library does not survive: it takes a NUL byte for the end
/// of the text, assertions of its stop the process where a bracket that opens a section is followed by no name, a
/// date by half a time, or a list's value is due and a brace closes, and a name of many thousand parts becomes as many tables inside each other, which overflow
/// the stack when they are let go. No setting takes a date, an array or a text of many lines, so that what is
/// refused here could not have been right.
enum ParserGuard {
  /// The first line that must not reach the parser.
  static func firstProblem(in text: String, path: String) -> SettingsProblem? {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let message = message(about: line) else { continue }
      return SettingsProblem(.file(path: path, line: index + 1), key: nil, message)
    }
    return nil
  }

  private static func message(about line: Substring.UTF8View) -> String? {
    // An escaped one in a key's name ends it early for the library, and then the name is not found.
    if escapesNUL(line) { return "holds an escaped NUL, which no setting takes" }
    if line.contains(0) { return "holds a NUL byte; is it a text file?" }
    if !opensNothingOrASection(line) { return "is not valid TOML: the name of a section must follow the [" }
    if dots(line) > dotsMax { return "has more than \(dotsMax) dots, which no setting needs" }
    if closesInsteadOfAValue(line) { return "is not valid TOML: a value is missing before the }" }
    if holdsDate(line) { return "holds a date or a time without quotes, which no setting takes" }
    return nil
  }

  private static func escapesNUL(_ line: Substring.UTF8View) -> Bool {
    let text = Substring(line)
    return text.contains("\\u0000") || text.contains("\\U00000000")
  }

  /// Whether a brace closes where a value is due: at the line's beginning, or behind a bracket or a comma. In quotes
  /// or not: no setting has such a text.
  private static func closesInsteadOfAValue(_ line: Substring.UTF8View) -> Bool {
    var before: UInt8?
    for byte in line {
      if byte == UInt8(ascii: "}"), before.map({ "[,".utf8.contains($0) }) ?? true { return true }
      // Blanks that are not ASCII count as blanks.
      if !isBlank(byte), byte < 0x80 { before = byte }
    }
    return false
  }

  private static func opensNothingOrASection(_ line: Substring.UTF8View) -> Bool {
    // A byte order mark, and blanks that are not ASCII, count as blanks.
    var rest = line.drop { isBlank($0) || $0 >= 0x80 }
    guard rest.first == UInt8(ascii: "[") else { return true }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "[") { rest = rest.dropFirst() }
    guard let first = rest.drop(while: isBlank).first else { return false }
    return isDigit(first) || isLetter(first) || "_-\"'".utf8.contains(first)
  }

  /// The most dots of a line: each may nest a table. Those in quotes count too, because whether they are in quotes
  /// is the parser's to say; no path and no address has so many.
  private static let dotsMax = 50

  private static func dots(_ line: Substring.UTF8View) -> Int {
    let isComment = line.drop(while: isBlank).first == UInt8(ascii: "#")
    if isComment, !line.contains(where: { "\"'".utf8.contains($0) }) { return 0 }
    return line.count { $0 == UInt8(ascii: ".") }
  }

  /// Whether `27-0` or `12:3` stands outside of quotes and comments: two digits, a separator, a digit.
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
