/// What the hub decided about one change, and what is to be written for it.
package struct Verdict: Sendable {
  /// The row that the change ended in, under its canonical name.
  package var row: RowName
  /// What became of the change.
  package var outcome: Outcome
  /// Whether the result is just what the sender holds.
  package var exact: Bool
  /// The row as it is to be stored; `nil` where nothing changed.
  package var written: Written?
  /// What lost.
  package var conflicts: [ColumnConflict] = []
  /// The name that is from now on an alias of `row`.
  package var alias: RowName?
  /// The row that holds the natural key for which columns of this change lost, `nil` if none did.
  package var heldBy: String?
  /// Why the change can never be applied, where it is rejected.
  package var rejection: Rejection?

  /// A new state of a row.
  package struct Written: Sendable {
    /// What it is for those who pull it.
    package var operation: Operation
    /// The whole row.
    package var document: Document
    /// The row's version.
    package var version: Int64
    /// Who edited which column last.
    package var stamps: ColumnStamps
    /// The natural keys that the row claims by this change. Whoever claimed one before claims it no longer.
    package var claimed: [KeyText]
    /// The natural keys that the row gives up by this change, if it claimed them.
    package var released: [KeyText]
    /// Whether the hub had no such row before.
    package var isNew: Bool
  }
}
