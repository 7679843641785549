/// A change's content: names and values in the application's order.
package struct Payload: Sendable {
  /// The columns, in order.
  package var columns: [(name: String, value: SQLValue)]

  /// Creates a payload from columns.
  package init(_ columns: [(name: String, value: SQLValue)]) { self.columns = columns }

  /// A copy with more columns at the end.
  package func adding(_ more: [(name: String, value: SQLValue)]) -> Payload { Payload(columns + more) }

  /// The JSON text, without spaces and in pure ASCII, as the application's JSON module writes it.
  package var json: String {
    var result = "{"
    for (index, column) in columns.enumerated() {
      if index > 0 { result += "," }
      Self.write(column.name, &result)
      result += ":"
      switch column.value {
      case .null, .blob: result += "null"
      case .integer(let number): result += String(number)
      case .real(let number): result += "\(number)"
      case .boolean(let flag): result += flag ? "true" : "false"
      case .text(let text): Self.write(text, &result)
      }
    }
    return result + "}"
  }

  private static func write(_ text: String, _ result: inout String) {
    result += "\""
    // Most texts need no escape.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
      result += text
      result += "\""
      return
    }
    for unit in text.utf16 {
      switch unit {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x0A: result += "\\n"
      case 0x0D: result += "\\r"
      case 0x09: result += "\\t"
      case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default: result += "\\u" + hexByte(UInt8(unit >> 8)) + hexByte(UInt8(unit & 0xFF))
      }
    }
    result += "\""
  }
}
