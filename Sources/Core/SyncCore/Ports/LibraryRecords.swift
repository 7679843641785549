/// What a person can ask of the records in a library: what lost, and what was set aside. A refusal changes nothing.
package protocol LibraryRecords: AnyObject {
  /// Conflict records behind number `after`, at most `limit`; with `only`, those in which nothing but these columns lost.
  func conflicts(after: Int64, limit: Int, only: [String]) throws(StoreError) -> RecordPage<ConflictSummary>
  /// One conflict record with its values, `nil` where there is none.
  func conflict(_ id: Int64) throws(StoreError) -> ConflictRecord?
  /// Writes the losing values back as a new local edit, as the application writes one; the record then goes.
  func restoreConflict(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal>
  /// Forgets a conflict record; false where there is none.
  func dismissConflict(_ id: Int64) throws(StoreError) -> Bool
  /// Forgets all conflict records, or those in which nothing but these columns lost; gives how many.
  func dismissConflicts(only: [String]) throws(StoreError) -> Int

  /// Entries in quarantine behind number `after`, at most `limit`, without the entries themselves.
  func quarantined(after: Int64, limit: Int) throws(StoreError) -> RecordPage<QuarantineRecord>
  /// One entry in quarantine, `nil` where there is none.
  func quarantined(_ id: Int64) throws(StoreError) -> QuarantineRecord?
  /// Queues the row of an entry that was going to the hub again, whole; the record then goes.
  func requeueQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal?
  /// Takes in the row of an entry that came from a hub, as the hub has it now; the record then goes.
  func applyQuarantined(_ id: Int64, fetched entry: Entry) throws(StoreError) -> RecordRefusal?
  /// Applies an entry that came from a layer-1 server again, as it was kept; the record then goes.
  func reapplyQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal?
  /// Forgets every entry, or those of one entity; gives how many.
  func dropAllQuarantined(of entity: String?) throws(StoreError) -> Int
  /// Forgets an entry; false where there is none.
  func dropQuarantined(_ id: Int64) throws(StoreError) -> Bool

  /// Texts that others replaced here, behind number `after`, at most `limit`, without the texts.
  func history(after: Int64, limit: Int) throws(StoreError) -> RecordPage<HistoryRecord>
  /// One record of them, `nil` where there is none.
  func history(_ id: Int64) throws(StoreError) -> HistoryRecord?
  /// Writes a record's texts back as a new local edit; the record then goes.
  func restoreHistory(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal>

  /// Changes from elsewhere that are held, `nil` where there are none.
  func heldChanges() throws(StoreError) -> HeldChanges?
  /// Lets the library take in what is held up to a position, or all that was counted.
  func acceptHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal>
  /// Keeps what is held up to a position, or all that was counted, out of the library: its rows are queued whole.
  func refuseHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal>
}

/// What restoring a conflict record did.
package struct Restored: Hashable, Sendable {
  /// The row.
  package var row: RowName
  /// The columns that say what they said before they lost.
  package var columns: [String]
  /// The row said it already: there was nothing to queue.
  package var wasThere: Bool
  /// The row is softly deleted: the values are back, and it stays out of sight.
  package var isDeleted: Bool

  /// Takes every field.
  package init(row: RowName, columns: [String], wasThere: Bool, isDeleted: Bool) {
    self.row = row
    self.columns = columns
    self.wasThere = wasThere
    self.isDeleted = isDeleted
  }
}
