/// What a request was made from. Its answer is taken in only while that holds: a library that was restored from a copy
/// since may have the same cursors, and not what the answer speaks of.
package struct RequestOrigin: Hashable, Sendable {
  /// The device's life in which it was made: a restored library begins another.
  package var incarnation: Incarnation
  /// The entry of the log behind which its own begin.
  package var after: ChangeID
  /// The hash of the log's entries that it carries, `nil` if it carries none.
  package var entries: LogHash?

  /// Takes every field.
  package init(incarnation: Incarnation, after: ChangeID = .none, entries: LogHash? = nil) {
    self.incarnation = incarnation
    self.after = after
    self.entries = entries
  }

  /// Whether an answer may be taken in.
  ///
  /// - Parameters:
  ///   - incarnation: the one that stands in the library now.
  ///   - entries: the hash of the same entries as they stand there now.
  package func holds(incarnation: Incarnation, entries: LogHash?) -> Bool {
    self.incarnation == incarnation && self.entries == entries
  }
}
