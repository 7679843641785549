/// A value in a statement, in a result, or in a payload.
package enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
  /// `true` or `false` in a payload, 1 or 0 in a column: the application writes `is_processed` this way.
  case boolean(Bool)

  /// The integer; `nil` for another type.
  package var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }
  /// The text; `nil` for another type.
  package var text: String? {
    if case .text(let value) = self { value } else { nil }
  }

  /// The text, or null if it is `nil`.
  package static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }

  /// One line for people, which digests print and compare.
  package var described: String {
    switch self {
    case .null: "null"
    case .integer(let value): String(value)
    case .real(let value): "\(value)"
    case .text(let value): "'" + value.replacing("\n", with: "\\n") + "'"
    case .blob(let bytes): "x'" + bytes.map { hexByte($0) }.joined() + "'"
    case .boolean(let value): value ? "1" : "0"
    }
  }
}

/// Two hexadecimal digits.
package func hexByte(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
