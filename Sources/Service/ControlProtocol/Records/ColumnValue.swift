/// A column's value in a reply: null, a number or a text, as in JSON.
package enum ColumnValue: Hashable, Sendable {
  /// SQL NULL.
  case null
  /// A whole number.
  case integer(Int64)
  /// Any other number.
  case real(Double)
  /// Text.
  case text(String)

  /// The value for people. It is not safe for a terminal yet.
  package var text: String {
    switch self {
    case .null: "–"
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text): text
    }
  }
}

extension ColumnValue: Codable {
  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let number = try? container.decode(Int64.self) {
      self = .integer(number)
    } else if let number = try? container.decode(Double.self) {
      self = .real(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  /// Writes the wire form. An infinite number or NaN becomes a text, because JSON has no such numbers.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .integer(let number): try container.encode(number)
    case .real(let number) where number.isFinite: try container.encode(number)
    case .real(let number): try container.encode(String(number))
    case .text(let text): try container.encode(text)
    }
  }
}
