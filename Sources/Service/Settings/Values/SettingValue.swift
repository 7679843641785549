/// A checked value of a setting.
package enum SettingValue: Sendable, Equatable {
  /// A path, an identifier, a URL or a word.
  case text(String)
  /// A duration.
  case duration(Duration)
  /// A whole number.
  case count(Int)
  /// A share, from 0 to 1.
  case share(Double)
  /// A number of bytes.
  case size(Int)
  /// A secret.
  case secret(Secret)

  /// The value as TOML, in the usual notation. A secret becomes `"(set)"`.
  package var toml: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .duration(let duration): Self.quoted(DurationText.format(duration))
    case .count(let count): String(count)
    case .share(let share): String(share)
    case .size(let bytes): Self.quoted(SizeText.format(bytes))
    case .secret: Self.quoted("(set)")
    }
  }

  /// Returns the text as a TOML basic string, with quotes and escapes.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7f {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
