/// A full-text index of the library that is not kept right here.
package struct IndexFinding: Hashable, Sendable {
  /// Why it is not.
  package enum Kind: Hashable, Sendable {
    /// It has another form than the one that we can keep right: the application keeps it.
    case notOurs
    /// SQLite says that it does not hold what it should.
    case outOfStep
  }
  /// The index.
  package var table: String
  /// Why it is not kept right.
  package var kind: Kind
  /// What was found, for a person.
  package var reason: String
  /// The statements that make it anew.
  package var rebuilding: String?

  /// Takes every part.
  package init(table: String, kind: Kind, reason: String, rebuilding: String?) {
    self.table = table
    self.kind = kind
    self.reason = reason
    self.rebuilding = rebuilding
  }
}
