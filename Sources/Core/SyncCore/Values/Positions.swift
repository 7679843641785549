/// A position in the hub's log: the id that the hub gave an accepted change. `start` is before all of them.
package struct Position: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The hub's change id; 0 is the start.
  package let rawValue: Int64
  /// Takes the hub's change id.
  package init(rawValue: Int64) { self.rawValue = rawValue }
  /// Takes the hub's change id.
  package init(_ rawValue: Int64) { self.rawValue = rawValue }
  /// The position before every entry.
  package static let start = Position(0)
  /// The number as text.
  package var description: String { String(rawValue) }
  /// The position just before this one.
  package var predecessor: Position { Position(rawValue - 1) }
  /// Positions are ordered as the log is.
  package static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }
}

/// A change's id in the device's own `sync_log`. The types keep it apart from positions of the hub's log.
package struct ChangeID: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// `sync_log.change_id`.
  package let rawValue: Int64
  /// Takes a `sync_log.change_id`.
  package init(rawValue: Int64) { self.rawValue = rawValue }
  /// Takes a `sync_log.change_id`.
  package init(_ rawValue: Int64) { self.rawValue = rawValue }
  /// The id before every change.
  package static let none = ChangeID(0)
  /// The highest id that travels (docs/protocol.md, Bounds).
  package static let bound = ChangeID(1 << 62)
  /// The number as text.
  package var description: String { String(rawValue) }
  /// Change ids are ordered as the device's log is.
  package static func < (left: ChangeID, right: ChangeID) -> Bool { left.rawValue < right.rawValue }
}
