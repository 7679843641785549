/// A JSON value as it was read. Parts that could not be read stand as `.invalid` in their place, so that one
/// broken value condemns the entry it stands in and not its neighbours (promise 5, isolated).
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
  /// Something in the place of a value that is none; the text says what is wrong with it.
  case invalid(String)

  /// The text, where it is text.
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  /// The whole number, where it is one.
  package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
  /// The truth value, where it is one; 0 and 1 count.
  package var bool: Bool? {
    switch self {
    case .bool(let flag): flag
    case .integer(0): false
    case .integer(1): true
    default: nil
    }
  }
  /// The list, where it is one.
  package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  /// The object, where it is one.
  package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  /// Whether it is `null`.
  package var isNull: Bool { self == .null }
}

/// A JSON object's members in the order they came. Of two with one name the later one counts.
package struct JSONObject: Hashable, Sendable {
  /// One member.
  package struct Member: Hashable, Sendable {
    /// The member's name.
    package var name: String
    /// The member's value.
    package var value: JSONValue
  }
  /// The members in the order they came.
  package private(set) var members: [Member] = []

  /// An object without members.
  package init() {}

  /// Adds a member behind the others.
  package mutating func append(_ name: String, _ value: JSONValue) {
    members.append(Member(name: name, value: value))
  }

  /// The value under a name, `nil` where there is none.
  package subscript(_ name: String) -> JSONValue? { members.last { $0.name == name }?.value }
}
