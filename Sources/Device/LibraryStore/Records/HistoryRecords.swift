import SyncCore
import SyncWire

/// What a person asks of the local history.
extension Library {
  /// Records behind number `after`.
  package func history(after: Int64, limit: Int) throws(StoreError) -> RecordPage<HistoryRecord> {
    try read { database in
      let statement = try database.prepared(
        """
        SELECT id, entity, uuid, client, position, replaced, NULL,
          (SELECT json_group_array(key) FROM (SELECT key FROM json_each(texts) ORDER BY key))
        FROM mediasync_history WHERE id > ?1 ORDER BY id LIMIT ?2
        """)
      statement.bind(1, after)
      statement.bind(2, Int64(limit) + 1)
      var records: [HistoryRecord] = []
      while try statement.step() {
        let columns = (try? JSONReader.read(statement.text(7)))?.array?.compactMap(\.string) ?? []
        records.append(HistoryRecord(statement, columns: columns, texts: Document()))
      }
      let total = try database.firstValue("SELECT count(*) FROM mediasync_history")?.integer ?? 0
      var page = RecordPage(found: records, limit: limit, total: total)
      let titles = RowTitles(database: database, catalogue: self.catalogue)
      for index in page.records.indices {
        page.records[index].title = try titles.title(of: page.records[index].row)
      }
      return page
    }
  }

  /// One record with its texts, and what the row says now.
  package func history(_ id: Int64) throws(StoreError) -> HistoryRecord? {
    try read { database in
      let transaction = try self.makeTransaction(database)
      guard var record = try transaction.historyRecord(id) else { return nil }
      record.row = transaction.aliases.canonical(record.row)
      record.title = try RowTitles(database: database, catalogue: self.catalogue).title(of: record.row)
      record.present = try transaction.presentDocument(record.row)
      return record
    }
  }

  /// Writes a record's texts back as a new local edit; the record then goes.
  package func restoreHistory(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal> {
    try write { transaction in
      guard let record = try transaction.historyRecord(id) else { return .failure(.unknown(id: id)) }
      let row = transaction.aliases.canonical(record.row)
      guard let shape = transaction.catalogue[row.entity] else { return .failure(.unknownEntity(row.entity)) }
      let result = try transaction.edit(row, transaction.aliases.canonical(record.texts, of: shape))
      if case .success = result {
        try TextHistory(database: transaction.database, now: transaction.now).forget(id)
      }
      return result
    }
  }
}

extension LibraryTransaction {
  fileprivate func historyRecord(_ id: Int64) throws -> HistoryRecord? {
    let statement = try database.prepared(
      "SELECT id, entity, uuid, client, position, replaced, texts FROM mediasync_history WHERE id = ?")
    statement.bind(1, id)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    let texts = try Document(jsonText: statement.text(6))
    return HistoryRecord(statement, columns: texts.columns.map(\.name).sorted(), texts: texts)
  }
}

extension HistoryRecord {
  fileprivate init(_ statement: PreparedStatement, columns: [String], texts: Document) {
    self.init(
      id: statement.integer(0), row: RowName(statement.text(1), statement.text(2)), columns: columns,
      texts: texts,
      client: statement.optionalText(3), position: statement.value(4).integer.map { Position($0) },
      replaced: Instant(milliseconds: statement.integer(5)))
  }
}
