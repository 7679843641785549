import Logging

/// Formats a record as one JSON object:
/// `{"time":"…","level":"warning","message":"…","attempts":4,"event":"recovered"}`. Time, level and message
/// come first, then the fields by name. A field with one of those three names gets a `_` appended.
enum JSONLine: LineForm {
  static func line(
    _ message: String, _ level: Logger.Level, _ metadata: Logger.Metadata, time: String
  ) -> String {
    let own = ["time": time, "level": level.rawValue, "message": message]
    var parts = ["time", "level", "message"].map { quoted($0) + ":" + quoted(own[$0] ?? "") }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      parts.append(quoted(own[key] == nil ? key : key + "_") + ":" + json(value))
    }
    return "{" + parts.joined(separator: ",") + "}"
  }

  private static func json(_ value: Logger.Metadata.Value) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .stringConvertible(let number as Int): String(number)
    case .stringConvertible(let number as Int64): String(number)
    case .stringConvertible(let number as UInt32): String(number)
    case .stringConvertible(let number as Int32): String(number)
    case .stringConvertible(let flag as Bool): flag ? "true" : "false"
    case .stringConvertible(let other): quoted(other.description)
    case .array(let values): "[" + values.map { json($0) }.joined(separator: ",") + "]"
    case .dictionary(let values):
      "{"
        + values.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + json($0.value) }
        .joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      // Some readers treat U+2028 and U+2029 as line ends.
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || (0x2028...0x2029).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
