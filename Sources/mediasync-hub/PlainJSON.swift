/// JSON for a terminal as well as for scripts.
enum PlainJSON {
  /// The same JSON, with what steers a terminal or turns the writing direction as `\\uXXXX`. In JSON such a character
  /// stands in a string, where both are the same.
  static func text(_ json: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in json.unicodeScalars {
      switch scalar.value {
      case 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069:
        let digits = String(scalar.value, radix: 16)
        text += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}
