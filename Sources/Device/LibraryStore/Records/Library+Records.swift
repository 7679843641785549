import SyncCore

/// Answers a person's requests about conflict and quarantine records, each in one transaction.
extension Library {
  /// Returns the conflict records with numbers above `after`, at most `limit`.
  package func conflicts(
    after: Int64, limit: Int, only: [String] = []
  ) throws(StoreError) -> RecordPage<ConflictSummary> {
    try read { database in
      try self.makeTransaction(database).conflicts.page(
        after: after, limit: limit, only: only,
        titles: RowTitles(database: database, catalogue: self.catalogue))
    }
  }

  /// Returns one conflict record with its values, and the row's present values.
  package func conflict(_ id: Int64) throws(StoreError) -> ConflictRecord? {
    try read { database in
      let transaction = try self.makeTransaction(database)
      guard var record = try transaction.conflicts.record(id) else { return nil }
      let row = transaction.aliases.canonical(record.summary.row)
      record.summary.row = row
      record.summary.title = try RowTitles(database: database, catalogue: self.catalogue).title(of: row)
      record.present = try transaction.presentDocument(row)
      return record
    }
  }

  /// Writes the losing values back as a new local edit and deletes the record.
  package func restoreConflict(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal> {
    try write { try $0.restore(id) }
  }

  /// Deletes a conflict record. Returns `false` if there is none.
  package func dismissConflict(_ id: Int64) throws(StoreError) -> Bool {
    try write { try $0.conflicts.remove(id) }
  }

  /// Deletes conflict records in short transactions. Returns how many.
  package func dismissConflicts(only: [String]) throws(StoreError) -> Int {
    var count = 0
    while true {
      let removed = try write { try $0.conflicts.removeSome(only: only) }
      count += removed
      if removed == 0 { return count }
    }
  }

  /// Returns the quarantined entries with numbers above `after`, at most `limit`.
  package func quarantined(after: Int64, limit: Int) throws(StoreError) -> RecordPage<QuarantineRecord> {
    try read { database in
      try self.makeTransaction(database).quarantine.page(
        after: after, limit: limit, titles: RowTitles(database: database, catalogue: self.catalogue))
    }
  }

  /// Returns one quarantined entry.
  package func quarantined(_ id: Int64) throws(StoreError) -> QuarantineRecord? {
    try read { database in
      guard var record = try self.makeTransaction(database).quarantine.record(id) else { return nil }
      if let row = record.row {
        record.title = try RowTitles(database: database, catalogue: self.catalogue).title(of: row)
      }
      return record
    }
  }

  /// Queues the whole row of a quarantined push entry again.
  package func requeueQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal? {
    try write { try $0.requeueQuarantined(id) }
  }

  /// Applies the hub's present state of a row whose pulled entry is in quarantine.
  package func applyQuarantined(_ id: Int64, fetched entry: Entry) throws(StoreError) -> RecordRefusal? {
    try write { try $0.applyQuarantined(id, fetched: entry) }
  }

  /// Applies a quarantined entry of a layer-1 server again.
  package func reapplyQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal? {
    try write { try $0.reapplyQuarantined(id) }
  }

  /// Deletes the quarantined entries of one entity, or all if `entity` is `nil`. Returns how many.
  package func dropAllQuarantined(of entity: String?) throws(StoreError) -> Int {
    try write { try $0.quarantine.removeAll(of: entity) }
  }

  /// Deletes a quarantined entry. Returns `false` if there is none.
  package func dropQuarantined(_ id: Int64) throws(StoreError) -> Bool {
    try write { try $0.quarantine.remove(id) }
  }
}
