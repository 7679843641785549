/// A parsed JSON value. A part that cannot be parsed becomes `.invalid` in its place, so that a broken value
/// spoils its own entry and not the others.
package enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other finite number.
  case real(Double)
  /// Text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// An object.
  case object(JSONObject)
  /// An unreadable value; the text says what is wrong with it.
  case invalid(String)

  /// The text; `nil` for other kinds.
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  /// The whole number; `nil` for other kinds.
  package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
  /// The Boolean value; 0 and 1 count. `nil` for other values.
  package var bool: Bool? {
    switch self {
    case .bool(let flag): flag
    case .integer(0): false
    case .integer(1): true
    default: nil
    }
  }
  /// The list; `nil` for other kinds.
  package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  /// The object; `nil` for other kinds.
  package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  /// Whether it is `null`.
  package var isNull: Bool { self == .null }
}

/// A JSON object's members in their order. If a name occurs twice, the later member counts.
package struct JSONObject: Hashable, Sendable {
  /// One member.
  package struct Member: Hashable, Sendable {
    /// The member's name.
    package var name: String
    /// The member's value.
    package var value: JSONValue
  }
  /// The members in their order.
  package private(set) var members: [Member] = []

  /// Starts without members.
  package init() {}

  /// Adds a member at the end.
  package mutating func append(_ name: String, _ value: JSONValue) {
    members.append(Member(name: name, value: value))
  }

  /// The value under a name; `nil` if there is none.
  package subscript(_ name: String) -> JSONValue? { members.last { $0.name == name }?.value }
}
