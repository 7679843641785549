/// The library state that a request was made from. Its answer is applied only while that state holds: a
/// library restored from a copy may have the same cursors but lack what the answer refers to.
package struct RequestOrigin: Hashable, Sendable {
  /// The device's incarnation at the request: a restored library begins another.
  package var incarnation: Incarnation
  /// The log entry after which the request's own entries begin.
  package var after: ChangeID
  /// The hash of the log entries that the request carries; `nil` if it carries none.
  package var entries: LogHash?

  /// Takes every field.
  package init(incarnation: Incarnation, after: ChangeID = .none, entries: LogHash? = nil) {
    self.incarnation = incarnation
    self.after = after
    self.entries = entries
  }

  /// Returns whether an answer may be applied.
  ///
  /// - Parameters:
  ///   - incarnation: the incarnation in the library now.
  ///   - entries: the hash of the same entries as they are there now.
  package func holds(incarnation: Incarnation, entries: LogHash?) -> Bool {
    self.incarnation == incarnation && self.entries == entries
  }
}
