/// What a person can do with the records in a library: conflicts, quarantine, local history, held changes. A
/// refusal changes nothing.
package protocol LibraryRecords: AnyObject {
  /// Lists at most `limit` conflict records after number `after`. With `only`, lists only those in which no
  /// other columns lost.
  func conflicts(after: Int64, limit: Int, only: [String]) throws(StoreError) -> RecordPage<ConflictSummary>
  /// Returns one conflict record with its values; `nil` if there is none.
  func conflict(_ id: Int64) throws(StoreError) -> ConflictRecord?
  /// Writes the losing values back as a new local edit, as the application would, and deletes the record.
  func restoreConflict(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal>
  /// Deletes a conflict record; returns false if there is none.
  func dismissConflict(_ id: Int64) throws(StoreError) -> Bool
  /// Deletes all conflict records, or only those in which no other columns lost; returns how many.
  func dismissConflicts(only: [String]) throws(StoreError) -> Int

  /// Lists at most `limit` quarantine records after number `after`, without their entries.
  func quarantined(after: Int64, limit: Int) throws(StoreError) -> RecordPage<QuarantineRecord>
  /// Returns one quarantine record; `nil` if there is none.
  func quarantined(_ id: Int64) throws(StoreError) -> QuarantineRecord?
  /// Queues the whole row of an entry that was on its way to the hub, and deletes the record.
  func requeueQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal?
  /// Applies the hub's current row for an entry that came from a hub, and deletes the record.
  func applyQuarantined(_ id: Int64, fetched entry: Entry) throws(StoreError) -> RecordRefusal?
  /// Applies the stored entry of a layer-1 server again, and deletes the record.
  func reapplyQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal?
  /// Deletes all quarantine records, or those of one entity; returns how many.
  func dropAllQuarantined(of entity: String?) throws(StoreError) -> Int
  /// Deletes a quarantine record; returns false if there is none.
  func dropQuarantined(_ id: Int64) throws(StoreError) -> Bool

  /// Lists at most `limit` local history records after number `after`, without their texts.
  func history(after: Int64, limit: Int) throws(StoreError) -> RecordPage<HistoryRecord>
  /// Returns one local history record; `nil` if there is none.
  func history(_ id: Int64) throws(StoreError) -> HistoryRecord?
  /// Writes a record's texts back as a new local edit, and deletes the record.
  func restoreHistory(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal>

  /// Returns the remote changes that are held; `nil` if there are none.
  func heldChanges() throws(StoreError) -> HeldChanges?
  /// Allows the library to apply what is held up to a position, or everything counted so far.
  func acceptHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal>
  /// Refuses what is held up to a position, or everything counted so far: the affected rows are queued whole.
  func refuseHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal>
}

/// What restoring a record did.
package struct Restored: Hashable, Sendable {
  /// The row.
  package var row: RowName
  /// The columns that have their earlier values again.
  package var columns: [String]
  /// The row already had the values: there was nothing to queue.
  package var wasThere: Bool
  /// The row is softly deleted: it has the values again but stays hidden.
  package var isDeleted: Bool

  /// Takes what was restored, and the row's state.
  package init(row: RowName, columns: [String], wasThere: Bool, isDeleted: Bool) {
    self.row = row
    self.columns = columns
    self.wasThere = wasThere
    self.isDeleted = isDeleted
  }
}
