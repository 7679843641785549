/// A column's value on the wire. A BLOB never travels (docs/protocol.md §1, fact 3).
package enum Value: Hashable, Sendable {
  /// SQL NULL, JSON null.
  case null
  /// A whole number; JSON booleans are 0 and 1.
  case integer(Int64)
  /// A number with a fraction, or one too large for 64 bits.
  case real(Double)
  /// Text.
  case text(String)

  /// The text; `nil` if the value is not text.
  package var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The whole number; `nil` if the value is none.
  package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

  /// Whether it is a whole number greater than another value. Any other value is less than every whole
  /// number.
  package func isGreaterNumber(than other: Value) -> Bool {
    guard let integer else { return false }
    return integer > (other.integer ?? .min)
  }

  /// Whether it is null.
  package var isNull: Bool { if case .null = self { true } else { false } }

  /// Compares text byte by byte, as SQLite does.
  package static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.integer(let left), .integer(let right)): left == right
    case (.real(let left), .real(let right)): left == right
    case (.text(let left), .text(let right)): left.isSameText(as: right)
    case (.null, _), (.integer, _), (.real, _), (.text, _): false
    }
  }
}
