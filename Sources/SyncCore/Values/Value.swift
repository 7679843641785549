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
  /// Whether it is null.
  package var isNull: Bool { self == .null }
}
