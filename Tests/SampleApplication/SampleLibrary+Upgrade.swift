/// The keys of the application's later schema: many media may have one text, and transcripts have a history
/// of runs instead of one row per model.
extension SampleLibrary {
  /// Whether the library has the later schema.
  package var hasRuns: Bool {
    get throws(SampleFailure) {
      try connection.value(
        "SELECT count(*) FROM pragma_table_info('Media') WHERE name = 'next_transcription_run_id'")
        == .integer(1)
    }
  }

  /// Upgrades the library to the later schema, as the application does: it recreates tables and logs nothing.
  package func upgradeSchema() throws(SampleFailure) {
    guard try !hasRuns else { return }
    try connection.execute("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; BEGIN IMMEDIATE")
    do {
      try remake("Media", dropping: "content_hash TEXT UNIQUE NOT NULL", for: "content_hash TEXT NOT NULL")
      try remake("Transcripts", dropping: "UNIQUE (media_id, whisper_model),", for: "")
      try connection.execute(
        """
        ALTER TABLE Media ADD COLUMN latest_transcription_run_id INTEGER;
        ALTER TABLE Media ADD COLUMN next_transcription_run_id INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE Transcripts ADD COLUMN transcription_run_id INTEGER;
        ALTER TABLE Transcripts ADD COLUMN supersedes_run_id INTEGER;
        ALTER TABLE Transcripts ADD COLUMN idempotency_key TEXT;
        CREATE UNIQUE INDEX idx_transcripts_media_run_id
          ON Transcripts (media_id, transcription_run_id DESC) WHERE transcription_run_id IS NOT NULL;
        CREATE UNIQUE INDEX idx_transcripts_media_idempotency_key
          ON Transcripts (media_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
        COMMIT;
        """)
    } catch {
      try connection.execute("ROLLBACK; PRAGMA foreign_keys = ON")
      throw error
    }
    try connection.execute("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON")
  }

  private func remake(_ table: String, dropping old: String, for new: String) throws(SampleFailure) {
    let objects = try connection.rows(
      "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'table' DESC",
      [.text(table)])
    let texts = objects.map { $0[1].text ?? "" }
    guard let made = texts.first, made.contains(old) else {
      throw SampleFailure(code: 0, description: "\(table) is not of the first schema")
    }
    let other = made.replacing(old, with: new).replacing(
      "CREATE TABLE \(table)", with: "CREATE TABLE \(table)_new")
    try connection.execute(
      """
      \(other);
      INSERT INTO \(table)_new SELECT * FROM \(table);
      DROP TABLE \(table);
      ALTER TABLE \(table)_new RENAME TO \(table);
      """)
    for text in texts.dropFirst() {
      try connection.execute(
        text.replacing("UNIQUE INDEX idx_media_content_hash", with: "INDEX idx_media_content_hash"))
    }
  }

  /// Adds a transcription run. The log contains neither its text nor its time.
  func addRun(_ media: String, model: String, text: String) throws(SampleFailure) -> String {
    let at = timestamp()
    let medium = try row("Media", media)
    let run = medium["next_transcription_run_id"]?.integer ?? 1
    let numbers: [Column] = [
      ("latest_transcription_run_id", .integer(run)), ("next_transcription_run_id", .integer(run + 1)),
    ]
    let version = try change("Media", media, at: at, numbers)
    try log(
      "Media", media, "update", at, version: version,
      Payload(
        [("uuid", .text(media)), ("version", .integer(version))] + numbers
          + [("last_modified", .text(at)), ("client_id", .text(client))]))
    let uuid = newUUID()
    let logged: [Column] = [
      ("media_id", .integer(try id(media))), ("whisper_model", .text(model)),
      ("transcription_run_id", .integer(run)),
      ("supersedes_run_id", medium["latest_transcription_run_id"] ?? .null), ("uuid", .text(uuid)),
      ("last_modified", .text(at)), ("version", .integer(1)),
    ]
    try insert(
      "Transcripts",
      logged + [
        ("transcription", .text(text)), ("created_at", .text(at)), ("client_id", .text(client)),
        ("deleted", .integer(0)),
      ])
    try log("Transcripts", uuid, "create", at, version: 1, Payload(logged))
    return uuid
  }

  /// Adds a batch of chunks; returns their uuids. Their ids contain the medium's local id, as the application
  /// makes them.
  package func addChunkBatch(_ media: String, _ texts: [String]) throws(SampleFailure) -> [String] {
    try edit { () throws(SampleFailure) in
      let id = try id(media)
      let count = try connection.value(
        "SELECT count(*) FROM MediaChunks WHERE media_id = ?", [.integer(id)])?.integer
      var uuids: [String] = []
      for (offset, text) in texts.enumerated() {
        let name = "\(id)_chunk_\((count ?? 0) + Int64(offset) + 1)"
        uuids.append(
          try addChild(
            "MediaChunks", media,
            [
              ("chunk_text", .text(text)), ("start_index", .integer(0)),
              ("end_index", .integer(Int64(text.count))), ("chunk_id", .text(name)),
            ]))
      }
      return uuids
    }
  }

  /// Gives each keyword the word of the next one, and logs only the final word of each.
  package func rotateKeywords(_ uuids: [String]) throws(SampleFailure) {
    try edit { () throws(SampleFailure) in
      var words: [String] = []
      for uuid in uuids { words.append(try row("Keywords", uuid)["keyword"]?.text ?? "") }
      for uuid in uuids {
        let version = try row("Keywords", uuid)["version"]?.integer ?? 1
        let id = try row("Keywords", uuid)["id"]?.integer ?? 0
        try unindex("Keywords", id)
        try connection.run(
          "UPDATE Keywords SET keyword = ?, version = ?, client_id = ? WHERE uuid = ?",
          [.text("between \(uuid)"), .integer(version + 1), .text(client), .text(uuid)])
        try index("Keywords", id)
      }
      for (place, uuid) in uuids.enumerated() {
        let at = timestamp()
        let word = SQLValue.text(words[(place + 1) % words.count])
        let version = try change("Keywords", uuid, at: at, [("keyword", word)])
        try log(
          "Keywords", uuid, "update", at, version: version,
          Payload([
            ("uuid", .text(uuid)), ("keyword", word), ("last_modified", .text(at)),
            ("version", .integer(version)), ("client_id", .text(client)),
          ]))
      }
    }
  }
}
