/// JSON that is safe to print on a terminal, for people and for scripts.
enum PlainJSON {
  /// Replaces control characters and those that change the writing direction by `\\uXXXX`. In JSON they occur
  /// only in strings, where both forms mean the same.
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
