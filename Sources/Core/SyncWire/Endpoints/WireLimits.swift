import SyncCore

/// The bounds of numbers and names on the wire. Both sides reject a value out of bounds before they use or
/// store it.
package enum WireLimits {
  /// Positions and change ids. They stay far below the 64-bit limit, so that no sum of accepted values
  /// overflows.
  package static let position: ClosedRange<Int64> = 0...(1 << 62)
  /// Versions: every JSON reader represents these numbers exactly.
  package static let version: ClosedRange<Int64> = 0...(1 << 53)
  /// The longest identifier of a log, a device or an incarnation, and the longest chain value, in bytes.
  package static let identifierBytesMax = 128
  /// Whether a text may be an identifier. Identifiers are printed in device lists, so they must not contain
  /// terminal controls.
  static func isIdentifier(_ text: String) -> Bool {
    text.isName(bytesMax: identifierBytesMax) && text.isPlainLine
  }
  /// The most entries in a page that a client accepts.
  package static let pageEntriesMax = 10_000
  /// The most features that a hub may name.
  static let featuresMax = 100
  /// The most entities whose keys a sender may name.
  static let keyedEntitiesMax = 64
  /// The most keys of one entity, and the most columns of one key.
  static let keysMax = 32
  /// The most rows that one change may name as giving up a key.
  static let vacatedMax = 32
  /// The most older entries that may go with one change.
  static let earlierMax = 2000
}

extension JSONObject {
  /// A position or change id; `nil` if the member is missing, `.some(nil)` if its value is not valid.
  func position(_ name: String) -> Int64?? {
    guard let value = self[name], !value.isNull else { return nil }
    return .some(value.integer.flatMap { WireLimits.position.contains($0) ? $0 : nil })
  }

  /// A position; `fallback` if the member is missing.
  func position(_ name: String, default fallback: Int64, of place: String) throws(WireError) -> Position {
    guard let found = position(name) else { return Position(fallback) }
    guard let number = found else { throw WireError("\(place): \(name) is not a position") }
    return Position(number)
  }

  /// An identifier; `nil` if the member is missing.
  func identifier(_ name: String, of place: String) throws(WireError) -> String? {
    guard let value = self[name], !value.isNull else { return nil }
    guard let text = value.string, WireLimits.isIdentifier(text) else {
      throw WireError("\(place): \(name) is not a valid identifier")
    }
    return text
  }

  /// A name, such as a timestamp; `nil` if the member is missing or not a valid name.
  func name(_ name: String) -> String? {
    self[name]?.string.flatMap { $0.isName() ? $0 : nil }
  }
}
