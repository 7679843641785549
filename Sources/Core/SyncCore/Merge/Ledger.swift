/// What the judge asks of the hub's log. The core stays pure: a store answers, from files or from memory.
package protocol Ledger {
  /// Why the store could not answer.
  associatedtype Failure: Error

  /// The uuid under which this row is known: its own, or that of the row whose alias it is; `nil` where the
  /// hub has never seen it. A row that was forgotten keeps its names.
  func canonicalUUID(of row: RowName) throws(Failure) -> String?

  /// Whether no more than the row's names is left: it was deleted long ago, and everyone has seen that.
  func isTombstone(_ row: RowName) throws(Failure) -> Bool

  /// The row as it is now, `nil` where there is none, or none any more.
  func state(of row: RowName) throws(Failure) -> RowState?

  /// The row as it was at a position, `nil` where it was not there yet or is no longer known.
  func document(of row: RowName, at position: Position) throws(Failure) -> Document?

  /// Whether one of the row's kept documents is what is looked for; the newest are looked at first.
  func history(of row: RowName, holds isLookedFor: (Document) -> Bool) throws(Failure) -> Bool

  /// The uuid of the row that holds a natural key, `nil` where it is free.
  func holder(of key: KeyText) throws(Failure) -> String?

  /// The greatest number that is given out beside a document, under a key of its shape that has a number column; `nil` if
  /// none is. Numbers that nobody counts to are left out.
  func greatestNumber(
    beside document: Document, _ shape: EntityShape, key index: Int
  ) throws(Failure) -> Int64?

  /// A number behind the document's own, under such a key, whose row may say the same as the document; `nil` if there is
  /// none.
  func twinNumber(
    of document: Document, _ shape: EntityShape, key index: Int
  ) throws(Failure) -> Int64?
}

/// Why a change can never be applied.
package struct Rejection: Error, Hashable, Sendable {
  /// The kind of reason; the wire's stable codes are made from it.
  package enum Kind: Hashable, Sendable {
    /// The catalogue does not know the entity.
    case unknownEntity
    /// The operation cannot be done to rows of this entity.
    case unknownOperation
    /// The payload names no row.
    case malformedPayload
    /// A column is missing that the row cannot be without.
    case incompleteRow
    /// The hub has never seen the row's parent.
    case unknownParent
    /// The hub has never seen the row, and this is not its create.
    case unknownRow
    /// The row would be larger than a row may be.
    case tooLarge
  }
  /// The kind of reason.
  package var kind: Kind
  /// For a person.
  package var reason: String

  /// Takes the kind, and the reason for a person.
  package init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason.onOneLine()
  }
}
