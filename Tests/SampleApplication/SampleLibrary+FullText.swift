extension SampleLibrary {
  /// Adds a row to the full-text index, if it belongs there: the index holds exactly the rows with
  /// `deleted = 0` (protocol.md §1, fact 6).
  func index(_ entity: String, _ id: Int64) throws(SampleFailure) {
    guard let (table, columns) = fullText(entity) else { return }
    try connection.run(
      """
      INSERT INTO \(table) (rowid, \(columns)) SELECT id, \(columns) FROM \(entity)
      WHERE id = ? AND deleted = 0
      """, [.integer(id)])
  }

  /// Removes a row from the index. Call it before the row changes: external content needs the old values.
  func unindex(_ entity: String, _ id: Int64) throws(SampleFailure) {
    guard let (table, columns) = fullText(entity) else { return }
    try connection.run(
      """
      INSERT INTO \(table) (\(table), rowid, \(columns)) SELECT 'delete', id, \(columns) FROM \(entity)
      WHERE id = ? AND deleted = 0
      """, [.integer(id)])
  }

  private func fullText(_ entity: String) -> (table: String, columns: String)? {
    switch entity {
    case "Media": ("media_fts", "title, content")
    case "Keywords": ("keyword_fts", "keyword")
    default: nil
    }
  }
}
