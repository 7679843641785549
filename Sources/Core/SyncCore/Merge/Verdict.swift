/// The hub's decision about one change, and what it stores for it.
package struct Verdict: Sendable {
  /// The row that the change ended in, under its canonical name.
  package var row: RowName
  /// The outcome of the change.
  package var outcome: Outcome
  /// Whether the result is exactly what the sender holds.
  package var exact: Bool
  /// The row to store; `nil` if nothing changed.
  package var written: Written?
  /// The values that lost.
  package var conflicts: [ColumnConflict] = []
  /// The name that becomes an alias of `row`.
  package var alias: RowName?
  /// The row that holds the natural key for which columns of this change lost; `nil` if none did.
  package var heldBy: String?
  /// Why the change can never be applied; `nil` unless it is rejected.
  package var rejection: Rejection?

  /// A new state of a row.
  package struct Written: Sendable {
    /// The operation that those who pull it see.
    package var operation: Operation
    /// The whole row.
    package var document: Document
    /// The row's version.
    package var version: Int64
    /// Who last edited each column.
    package var stamps: ColumnStamps
    /// The natural keys that the row claims with this change. An earlier claimant loses its claim.
    package var claimed: [KeyText]
    /// The natural keys that the row gives up with this change, if it claimed them.
    package var released: [KeyText]
    /// Whether the row is new to the hub.
    package var isNew: Bool
  }
}
