/// A full-text index of the library that the daemon does not maintain.
package struct IndexFinding: Hashable, Sendable {
  /// Why the daemon does not maintain it.
  package enum Kind: Hashable, Sendable {
    /// The index has a form that the daemon cannot maintain: the application maintains it.
    case notOurs
    /// SQLite reports that the index does not match its content.
    case outOfStep
  }
  /// The index's table.
  package var table: String
  /// Why the daemon does not maintain it.
  package var kind: Kind
  /// What was found, for a person.
  package var reason: String
  /// The statements that rebuild it; `nil` if the index is the application's.
  package var rebuilding: String?

  /// Takes the index, and what was found.
  package init(table: String, kind: Kind, reason: String, rebuilding: String?) {
    self.table = table
    self.kind = kind
    self.reason = reason
    self.rebuilding = rebuilding
  }
}
