import SyncCore

/// Texts in rows edited here that documents from elsewhere have replaced (table `mediasync_history`). They
/// did not lose a merge, so they are not conflict records. They help if a hub sends a change that nobody
/// should have made (docs/decisions/0029).
///
/// A record holds at most one text of a column for each edit that was logged here: the text that a second
/// replacement replaces was typed elsewhere. So a hub cannot push out texts typed here by overwriting them
/// again and again.
struct TextHistory {
  /// The migration that creates the table. `edit` is the row's newest entry in the application's log when the
  /// texts were replaced, and `bytes` their length.
  static let table = """
    CREATE TABLE mediasync_history (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      edit INTEGER NOT NULL,
      texts TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      position INTEGER,
      client TEXT,
      replaced INTEGER NOT NULL,
      UNIQUE (entity, uuid, edit)
    );
    CREATE INDEX mediasync_history_replaced ON mediasync_history (replaced);
    """

  /// How long a text is kept.
  static let age: Duration = .seconds(90 * 24 * 3600)
  /// The most bytes of text that are kept. Beyond them the oldest records are deleted.
  static let bytesMax: Int64 = 64 << 20

  private let database: Database
  private let now: Instant

  init(database: Database, now: Instant) {
    self.database = database
    self.now = now
  }

  /// Stores texts that were replaced in a row.
  ///
  /// - Parameter edit: the row's newest entry in the application's log.
  func keep(_ texts: [RowReplacement.Text], of row: RowName, edit: Int64, _ source: ChangeSource) throws {
    let statement = try database.prepared(
      "SELECT id, texts FROM mediasync_history WHERE entity = ? AND uuid = ? AND edit = ?")
    statement.bind(1, row.entity)
    statement.bind(2, row.uuid)
    statement.bind(3, edit)
    var known: (id: Int64, texts: Document)?
    if try statement.step() { known = (statement.integer(0), try Document(jsonText: statement.text(1))) }
    statement.reset()
    // If an earlier text was replaced after the same edit, this one was typed elsewhere.
    let new = texts.filter { known?.texts[$0.column] == nil }
    guard !new.isEmpty else { return }
    var kept = known?.texts ?? Document()
    for text in new { kept[text.column] = .text(text.text) }
    let bytes = Int64(new.reduce(0) { $0 + $1.text.utf8.count })
    if let known {
      try database.run(
        "UPDATE mediasync_history SET texts = ?2, bytes = bytes + ?3, replaced = ?4 WHERE id = ?1",
        .integer(known.id), .text(kept.jsonText), .integer(bytes), .integer(now.milliseconds))
    } else {
      try database.run(
        """
        INSERT INTO mediasync_history (entity, uuid, edit, texts, bytes, position, client, replaced)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """, .text(row.entity), .text(row.uuid), .integer(edit), .text(kept.jsonText), .integer(bytes),
        source.position.map { .integer($0.rawValue) } ?? .null, source.client.map { .text($0) } ?? .null,
        .integer(now.milliseconds))
    }
    try bound(adding: bytes)
  }

  /// Deletes a record.
  func forget(_ id: Int64) throws {
    let bytes = try (SyncState.historyBytes.read(database).integer ?? 0) - remove("id = ?", .integer(id))
    try SyncState.historyBytes.write(.integer(max(bytes, 0)), database)
  }

  /// Deletes the oldest records until the rest is within the bounds. `mediasync_state` holds the total, so
  /// nothing is counted.
  private func bound(adding added: Int64) throws {
    var bytes = try (SyncState.historyBytes.read(database).integer ?? 0) + added
    bytes -= try remove("replaced <= ?", .integer((now - Self.age).milliseconds))
    while bytes > Self.bytesMax {
      let removed = try remove("id IN (SELECT id FROM mediasync_history ORDER BY replaced, id LIMIT 20)")
      guard removed > 0 else { break }
      bytes -= removed
    }
    try SyncState.historyBytes.write(.integer(max(bytes, 0)), database)
  }

  /// Deletes records. Returns how many bytes of text they held.
  private func remove(_ condition: String, _ argument: Value? = nil) throws -> Int64 {
    let statement = try database.prepared("DELETE FROM mediasync_history WHERE \(condition) RETURNING bytes")
    if let argument { statement.bind(1, argument) }
    var bytes: Int64 = 0
    while try statement.step() { bytes += statement.integer(0) }
    return bytes
  }
}

extension LibraryTransaction {
  /// Stores the texts that a document from elsewhere has replaced in a row that was edited here
  /// (docs/promises.md, promise 3). A conflict record already has the texts that lost at the hub.
  func wrote(over replacement: RowReplacement, of row: RowName, _ source: ChangeSource) throws {
    guard !replacement.texts.isEmpty, let edit = try newestEntry(of: row) else { return }
    let lost = try conflicts.losing(of: row)
    let texts = replacement.texts.filter { text in
      !lost.contains { $0[text.column] == .text(text.text) }
    }
    guard !texts.isEmpty else { return }
    try TextHistory(database: database, now: now).keep(texts, of: row, edit: edit, source)
  }
}
