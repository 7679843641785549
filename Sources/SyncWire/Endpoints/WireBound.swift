import SyncCore

/// What a number or a name on the wire may be. A peer that oversteps is refused before its words are counted with
/// or kept.
package enum WireBound {
  /// Positions and change ids. Far from the end of 64 bits, so that none that was taken overflows a sum.
  package static let position: ClosedRange<Int64> = 0...(1 << 62)
  /// Versions: what every JSON reader reads as a whole number.
  package static let version: ClosedRange<Int64> = 0...(1 << 53)
  /// The longest identifier of a log, a device or a life, and the longest chain value.
  package static let identifierBytesMax = 128
  /// Whether a text can be an identifier. It is printed where devices are listed, so nothing in it steers a terminal.
  static func isIdentifier(_ text: String) -> Bool {
    text.isName(bytesMax: identifierBytesMax) && text.isPlainLine
  }
  /// The most entries in a page that is taken in.
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
  /// A position or change id; `nil` where the member is missing, `.some(nil)` where it is none.
  func position(_ name: String) -> Int64?? {
    guard let value = self[name], !value.isNull else { return nil }
    return .some(value.integer.flatMap { WireBound.position.contains($0) ? $0 : nil })
  }

  /// A position that may be missing.
  func position(_ name: String, default fallback: Int64, of place: String) throws(WireError) -> Position {
    guard let found = position(name) else { return Position(fallback) }
    guard let number = found else { throw WireError("\(place): \(name) is no position") }
    return Position(number)
  }

  /// An identifier that may be missing.
  func identifier(_ name: String, of place: String) throws(WireError) -> String? {
    guard let value = self[name], !value.isNull else { return nil }
    guard let text = value.string, WireBound.isIdentifier(text) else {
      throw WireError("\(place): \(name) is no identifier")
    }
    return text
  }

  /// A name such as a timestamp that may be missing; one that is no name is left out.
  func name(_ name: String) -> String? {
    self[name]?.string.flatMap { $0.isName() ? $0 : nil }
  }
}
