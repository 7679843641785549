/// What the judge needs of the hub's log. The core stays pure: a store implements this over files or memory.
package protocol Ledger {
  /// Why the store could not answer.
  associatedtype Failure: Error

  /// Returns the row's canonical uuid: its own, or that of the row whose alias it is; `nil` if the hub has
  /// never seen it. A tombstone keeps its names.
  func canonicalUUID(of row: RowName) throws(Failure) -> String?

  /// Returns whether the row is a tombstone: it was deleted long ago, every device has seen that, and only
  /// its names are left.
  func isTombstone(_ row: RowName) throws(Failure) -> Bool

  /// Returns the row as it is now; `nil` if there is none, or none any more.
  func state(of row: RowName) throws(Failure) -> RowState?

  /// Returns the row as it was at a position; `nil` if it did not exist yet or the hub no longer keeps that
  /// state.
  func document(of row: RowName, at position: Position) throws(Failure) -> Document?

  /// Returns whether one of the row's kept documents matches; searches the newest first.
  func history(of row: RowName, holds isLookedFor: (Document) -> Bool) throws(Failure) -> Bool

  /// Returns the uuid of the row that holds a natural key; `nil` if the key is free.
  func holder(of key: KeyText) throws(Failure) -> String?

  /// Returns the greatest number in use among the document's siblings, under a key with a number column;
  /// `nil` if there is none. Leaves out numbers that no counter can reach.
  func greatestNumber(
    beside document: Document, _ shape: EntityShape, key index: Int
  ) throws(Failure) -> Int64?

  /// Returns a number above the document's own, under such a key, whose row may have the document's content;
  /// `nil` if there is none.
  func twinNumber(
    of document: Document, _ shape: EntityShape, key index: Int
  ) throws(Failure) -> Int64?
}

/// Why a change can never be applied.
package struct Rejection: Error, Hashable, Sendable {
  /// The kind of reason; the wire's stable codes derive from it.
  package enum Kind: Hashable, Sendable {
    /// The catalogue does not know the entity.
    case unknownEntity
    /// This entity's rows do not support the operation.
    case unknownOperation
    /// The payload names no row.
    case malformedPayload
    /// A required column is missing.
    case incompleteRow
    /// The hub has never seen the row's parent.
    case unknownParent
    /// The hub has never seen the row, and the change is not its create.
    case unknownRow
    /// The row would exceed the size limit of a row.
    case tooLarge
  }
  /// The kind of reason.
  package var kind: Kind
  /// The reason in words for a person.
  package var reason: String

  /// Takes the kind, and the reason for a person; stores the reason as one line.
  package init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason.onOneLine()
  }
}
