/// An identifier that is compared as text. Each kind is its own type, so that the compiler rejects one kind
/// in the place of another.
package protocol TextIdentifier: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible
where RawValue == String {}

extension TextIdentifier {
  /// The identifier's text.
  package var description: String { rawValue }
  /// Identifiers are ordered by their text.
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One machine's copy of a library (docs/protocol.md §3). Not the application's `client_id`.
package struct DeviceID: TextIdentifier {
  /// The identifier's text.
  package let rawValue: String
  /// Takes the identifier's text.
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// Identifies a device between two restores of its library from an older copy (docs/protocol.md §3,
/// Verdicts).
package struct Incarnation: TextIdentifier {
  /// The identifier's text.
  package let rawValue: String
  /// Takes the identifier's text.
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// Identifies a hub's log for ever: two logs are never mixed.
package struct LogID: TextIdentifier {
  /// The identifier's text.
  package let rawValue: String
  /// Takes the identifier's text.
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// The hash of a log up to one position. If two logs agree on it, they agree on everything before it.
package struct ChainValue: TextIdentifier {
  /// The value in hexadecimal digits.
  package let rawValue: String
  /// Takes the value in hexadecimal digits.
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// A random text that each of our write transactions leaves in the library. A copy from another time holds
/// another one.
package struct WriteToken: TextIdentifier {
  /// The token's text.
  package let rawValue: String
  /// Takes the token's text.
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// The hash of entries of the application's log, with all their columns.
package struct LogHash: TextIdentifier {
  /// The hash in hexadecimal digits.
  package let rawValue: String
  /// Takes the hash in hexadecimal digits.
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// A row's identity on every device: its entity and its uuid. A link's uuid is its pair, joined by `_`.
package struct RowName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The entity (a table of the catalogue).
  package let entity: String
  /// The row's uuid; for a link `"<media uuid>_<keyword uuid>"`.
  package let uuid: String

  /// Takes an entity and a uuid.
  package init(_ entity: String, _ uuid: String) {
    self.entity = entity
    self.uuid = uuid
  }

  /// For people: `Media 0e4a…`.
  package var description: String { "\(entity) \(uuid)" }

  /// Names compare byte by byte, as SQLite compares them.
  package static func == (left: RowName, right: RowName) -> Bool {
    left.uuid.isSameText(as: right.uuid) && left.entity.isSameText(as: right.entity)
  }

  /// Names are ordered by entity, then by uuid.
  package static func < (left: RowName, right: RowName) -> Bool {
    (left.entity, left.uuid) < (right.entity, right.uuid)
  }
}
