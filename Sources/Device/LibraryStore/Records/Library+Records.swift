import SyncCore

/// What a person asks of the records, each in one transaction.
extension Library {
  /// Conflict records behind number `after`.
  package func conflicts(
    after: Int64, limit: Int, only: [String] = []
  ) throws(StoreError) -> RecordPage<ConflictSummary> {
    try read { database in
      try self.makeTransaction(database).conflicts.page(
        after: after, limit: limit, only: only,
        titles: RowTitles(database: database, catalogue: self.catalogue))
    }
  }

  /// One conflict record with its values, and what the row says now.
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

  /// Writes the losing values back as a new local edit; the record then goes.
  package func restoreConflict(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal> {
    try write { try $0.restore(id) }
  }

  /// Forgets a conflict record.
  package func dismissConflict(_ id: Int64) throws(StoreError) -> Bool {
    try write { try $0.conflicts.remove(id) }
  }

  /// Forgets conflict records in short transactions.
  package func dismissConflicts(only: [String]) throws(StoreError) -> Int {
    var count = 0
    while true {
      let removed = try write { try $0.conflicts.removeSome(only: only) }
      count += removed
      if removed == 0 { return count }
    }
  }

  /// Entries in quarantine behind number `after`.
  package func quarantined(after: Int64, limit: Int) throws(StoreError) -> RecordPage<QuarantineRecord> {
    try read { database in
      try self.makeTransaction(database).quarantine.page(
        after: after, limit: limit, titles: RowTitles(database: database, catalogue: self.catalogue))
    }
  }

  /// One entry in quarantine.
  package func quarantined(_ id: Int64) throws(StoreError) -> QuarantineRecord? {
    try read { database in
      guard var record = try self.makeTransaction(database).quarantine.record(id) else { return nil }
      if let row = record.row {
        record.title = try RowTitles(database: database, catalogue: self.catalogue).title(of: row)
      }
      return record
    }
  }

  /// Queues the row of an entry that was going to the hub again, whole.
  package func requeueQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal? {
    try write { try $0.requeueQuarantined(id) }
  }

  /// Takes in the row of an entry that came from a hub, as the hub has it now.
  package func applyQuarantined(_ id: Int64, fetched entry: Entry) throws(StoreError) -> RecordRefusal? {
    try write { try $0.applyQuarantined(id, fetched: entry) }
  }

  /// Applies an entry that came from a layer-1 server again.
  package func reapplyQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal? {
    try write { try $0.reapplyQuarantined(id) }
  }

  /// Forgets entries in quarantine: of one entity, or all.
  package func dropAllQuarantined(of entity: String?) throws(StoreError) -> Int {
    try write { try $0.quarantine.removeAll(of: entity) }
  }

  /// Forgets an entry in quarantine.
  package func dropQuarantined(_ id: Int64) throws(StoreError) -> Bool {
    try write { try $0.quarantine.remove(id) }
  }
}
