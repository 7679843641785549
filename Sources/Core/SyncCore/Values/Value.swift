/// What a column can hold on the wire. A BLOB never travels (protocol.md §1, fact 3).
package enum Value: Hashable, Sendable {
  /// SQL NULL, JSON null.
  case null
  /// A whole number; JSON booleans are 0 and 1.
  case integer(Int64)
  /// A number with a fraction, or one too large for 64 bits.
  case real(Double)
  /// Text.
  case text(String)

  /// The text, where it is one.
  package var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The whole number, where it is one.
  package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

  /// Whether it is a whole number above another value's; anything that is no whole number lies below all of them.
  package func isGreaterNumber(than other: Value) -> Bool {
    guard let integer else { return false }
    return integer > (other.integer ?? .min)
  }

  /// Whether it is null.
  package var isNull: Bool { if case .null = self { true } else { false } }

  /// Text is compared byte by byte, as SQLite compares it.
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
