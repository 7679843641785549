/// An invariant that a history broke.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
  /// Its name, a few words that stay the same from history to history.
  package var invariant: String
  /// The place and the difference.
  package var detail: String

  /// Creates a violation from its parts.
  package init(_ invariant: String, _ detail: String) {
    self.invariant = invariant
    self.detail = detail
  }

  /// One line.
  package var description: String { "\(invariant): \(detail)" }
}
