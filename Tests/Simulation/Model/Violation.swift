/// An invariant that a history broke.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
  /// Which one, in a few words that stay the same from history to history.
  package var invariant: String
  /// Where and how.
  package var detail: String

  /// Takes both.
  package init(_ invariant: String, _ detail: String) {
    self.invariant = invariant
    self.detail = detail
  }

  /// A line.
  package var description: String { "\(invariant): \(detail)" }
}
