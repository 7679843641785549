/// Makes untrusted texts safe for a terminal: they must not move the cursor, change colours or change the
/// direction of writing.
package enum SafeText {
  /// Returns the text on one line: line ends become `⏎`, tabs become spaces, control characters their
  /// numbers.
  package static func line(_ text: String) -> String { safe(text, lineEnd: "⏎", tab: " ") }

  /// Returns the text with its lines and tabs. Control characters become their numbers.
  package static func block(_ text: String) -> String { safe(text, lineEnd: "\n", tab: "\t") }

  private static func safe(_ text: String, lineEnd: String, tab: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = ""
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      defer { previous = scalar }
      switch scalar {
      case "\n" where previous == "\r": break
      case "\n", "\r": result += lineEnd
      case "\t": result += tab
      case _ where isControl(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// Returns the number of terminal columns that a text needs.
  package static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

  /// Returns the text in at most `cells` columns, with `…` if it was cut.
  package static func cut(_ text: String, to cells: Int) -> String {
    guard text.utf8.count > cells, width(text) > cells else { return text }
    var result = ""
    var used = 1
    for character in text {
      used += width(character)
      guard used <= cells else { break }
      result.append(character)
    }
    return result + "…"
  }

  /// Returns the text, filled with spaces to `cells` columns.
  static func padded(_ text: String, to cells: Int) -> String {
    text + String(repeating: " ", count: max(0, cells - width(text)))
  }

  private static func width(_ character: Character) -> Int {
    guard let value = character.unicodeScalars.first?.value, value >= 0x1100 else { return 1 }
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
