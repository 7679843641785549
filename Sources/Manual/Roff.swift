/// Text in the language of manual pages, mdoc(7).
struct Roff {
  private(set) var text = ""

  /// A line that begins with a macro. The arguments are macros and words that are clean already.
  mutating func macro(_ line: String) { text += "." + line + "\n" }

  /// A paragraph of prose: a sentence a line, as mdoc wants it; words in backticks are set as they are typed.
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

  /// Where a sentence ends: a full stop, a question mark or a colon and a space before a capital.
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

  /// Prose as it stands.
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

  /// Something that is typed: its hyphens and apostrophes are those of the keyboard.
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
