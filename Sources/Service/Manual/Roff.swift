/// Builds text in the language of manual pages, mdoc(7).
struct Roff {
  private(set) var text = ""

  /// Adds a line that begins with a macro. Its words must be escaped already.
  mutating func macro(_ line: String) { text += "." + line + "\n" }

  /// Adds a paragraph of prose, one sentence per line as mdoc expects. Text in backticks becomes literal and
  /// bold.
  mutating func prose(_ paragraph: String) {
    for sentence in Self.sentences(paragraph) {
      var line = ""
      for (index, part) in sentence.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
        line += index.isMultiple(of: 2) ? Self.escaped(part) : "\\fB" + Self.literal(part) + "\\fP"
      }
      // A line that begins with a dot or an apostrophe would be a macro.
      text += (line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line + "\n"
    }
  }

  /// Splits at line ends, and after a full stop or question mark that a space and a capital, digit or
  /// backtick follow.
  private static func sentences(_ paragraph: String) -> [Substring] {
    var result: [Substring] = []
    for line in paragraph.split(separator: "\n") {
      var start = line.startIndex
      var index = start
      while let space = line[index...].firstIndex(of: " ") {
        let next = line.index(after: space)
        if space > start, [".", "?"].contains(line[line.index(before: space)]), next < line.endIndex,
          line[next].isUppercase || line[next] == "`" || line[next].isNumber
        {
          result.append(line[start..<space])
          start = next
        }
        index = next
      }
      if start < line.endIndex { result.append(line[start...]) }
    }
    return result
  }

  /// Escapes prose.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "~": result += "\\(ti"
      case "^": result += "\\(ha"
      case "\"": result += "\\(dq"
      case "$": result += "$"
      default:
        if scalar.isASCII {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
        }
      }
    }
    return result
  }

  /// Escapes text to type. Its hyphens and apostrophes stay ASCII, so that it can be copied.
  static func literal(_ text: some StringProtocol) -> String {
    var result = ""
    for character in escaped(text) {
      switch character {
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      default: result.append(character)
      }
    }
    return result
  }
}
