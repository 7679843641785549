import SampleApplication

/// The parts of a library that no peer may change, whatever it sends.
struct LibraryTruth {
  /// Every table, index and trigger, the daemon's and the application's.
  let schema: [String]
  /// The application's log: its entries stay.
  let log: [String]
  /// The rows that no input names, complete, with the ids of their parents.
  let bystanders: [String]
  /// The daemon's tables, and the names of their single values.
  let state: [String]

  /// Reads a library.
  init(_ path: String) throws(SampleFailure) {
    let connection = try SQLiteConnection(path)
    func lines(_ sql: String) throws(SampleFailure) -> [String] {
      try connection.rows(sql).map { row in row.map(\.described).joined(separator: " | ") }
    }
    schema = try lines("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    log = try lines("SELECT * FROM sync_log ORDER BY change_id")
    state = try lines("SELECT name FROM mediasync_state ORDER BY name")
    let word = SampleScene.bystander
    let media = "SELECT id FROM Media WHERE title = '\(word)'"
    var rows = try lines("SELECT * FROM Media WHERE title = '\(word)'")
    rows += try lines("SELECT * FROM Keywords WHERE keyword = '\(word)'")
    for table in [
      "MediaChunks", "UnvectorizedMediaChunks", "DocumentVersions", "Transcripts", "MediaKeywords",
    ] {
      rows += try lines("SELECT * FROM \(table) WHERE media_id IN (\(media)) ORDER BY id")
    }
    rows += try lines("SELECT rowid FROM media_fts WHERE media_fts MATCH '\(word)'")
    rows += try lines("SELECT rowid FROM keyword_fts WHERE keyword_fts MATCH '\(word)'")
    bystanders = rows
  }

  /// The parts of this truth that no longer hold.
  func broken(in now: LibraryTruth) -> [String] {
    var broken: [String] = []
    if schema != now.schema {
      let added = now.schema.filter { !schema.contains($0) }
      let gone = schema.filter { !now.schema.contains($0) }
      broken.append("the schema changed: added \(added), gone \(gone)")
    }
    if Array(now.log.prefix(log.count)) != log { broken.append("the application's log was changed") }
    if bystanders.count < 6 { broken.append("there are no bystanders") }
    if bystanders != now.bystanders {
      broken.append("rows that nobody named were changed: \(bystanders) became \(now.bystanders)")
    }
    let unknown = now.state.filter { !Self.stateNames.contains($0) && !state.contains($0) }
    if !unknown.isEmpty { broken.append("mediasync_state holds \(unknown)") }
    return broken
  }

  /// The single values that a page, an answer or a snapshot may add.
  private static let stateNames = Set(
    [
      "chain", "chain_at", "snapshot_reason", "snapshot_start", "snapshot_chain", "snapshot_entity",
      "snapshot_uuid", "snapshot_rows", "snapshot_requeued", "first_sync", "held_since", "held_read",
      "accepted_through", "history_bytes",
    ].map { SQLValue.text($0).described })

  /// Everything that is wrong with a library after an input.
  func problems(after path: String) throws -> [String] {
    let now = try LibraryTruth(path)
    return try broken(in: now) + LibraryHealth.problems(path)
  }
}
