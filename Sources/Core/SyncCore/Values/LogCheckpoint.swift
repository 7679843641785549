/// A log checkpoint: a hub's chain value at a position. A log that has another value there, or ends before
/// it, was restored from an older copy (docs/protocol.md §3, A restored hub).
///
/// A device keeps the newest checkpoint, which may be ahead of its cursor. An answer, too, refers to a
/// position, and what the device records from it means nothing in a log that has lost that position.
package struct LogCheckpoint: Hashable, Sendable {
  /// The position.
  package var position: Position
  /// The chain value there.
  package var chain: ChainValue

  /// Takes the position and its chain value.
  package init(position: Position, chain: ChainValue) {
    self.position = position
    self.chain = chain
  }

  /// Returns the newer of two; `nil` counts as older.
  package static func newer(_ left: LogCheckpoint?, _ right: LogCheckpoint?) -> LogCheckpoint? {
    guard let left, let right else { return left ?? right }
    return left.position > right.position ? left : right
  }
}
