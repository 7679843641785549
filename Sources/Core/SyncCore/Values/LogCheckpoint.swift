/// What a hub said of its log: the chain value at a position. A log that holds another value there, or does not reach
/// there, was restored from an older copy (protocol.md §3, a restored hub).
///
/// A device keeps the newest one, which may lie ahead of its cursor: an answer, too, names a place in the log, and
/// notes made from it mean nothing in a log that has lost it.
package struct LogCheckpoint: Hashable, Sendable {
  /// Where.
  package var position: Position
  /// The chain value there.
  package var chain: ChainValue

  /// Takes both.
  package init(position: Position, chain: ChainValue) {
    self.position = position
    self.chain = chain
  }

  /// The newer of two; one that is not there is the older.
  package static func newer(_ left: LogCheckpoint?, _ right: LogCheckpoint?) -> LogCheckpoint? {
    guard let left, let right else { return left ?? right }
    return left.position > right.position ? left : right
  }
}
