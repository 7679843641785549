import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A fold that deletes a row leaves no reference to it, also in unsynced tables.
@Suite struct ChildRepointingTests {
  private let file: ScratchLibrary
  private let library: Library
  private let application: SQLiteConnection
  private let names: [(id: Int64, uuid: String)]

  init() throws {
    file = try ScratchLibrary("v26-laptop")
    library = try file.open()
    application = try SQLiteConnection(file.path)
    names = try application.rows("SELECT id, uuid FROM Media ORDER BY id LIMIT 2").map {
      ($0[0].integer ?? 0, $0[1].text ?? "")
    }
  }

  /// One claim with a review for each of the two media, and one of each row that may exist only once per
  /// medium.
  private func fill() throws {
    try application.execute(
      "INSERT INTO email_sources (id, tenant_id, provider, source_key) VALUES (1, 't', 'p', 'k')")
    for (number, name) in names.enumerated() {
      try application.execute(
        """
        INSERT INTO Claims (id, media_id, chunk_index, claim_text, extractor, extractor_version, chunk_hash, uuid,
          last_modified, client_id) VALUES (\(number + 1), \(name.id), 0, 'claim\(number)', 'e', '1', 'h', 'claim-\(number)',
          '2026-01-01', 'c');
        INSERT INTO claims_review_log (claim_id, new_status) VALUES (\(number + 1), 'seen');
        INSERT INTO document_reading_progress (media_id, user_id, current_page, last_read_at)
          VALUES (\(name.id), 'u', \(10 + number), '2026-01-01');
        INSERT INTO content_items (user_id, origin, media_id, created_at, updated_at)
          VALUES ('u', 'o', \(name.id), '2026-01-01', '2026-01-01');
        INSERT INTO email_messages (id, tenant_id, media_id, source_id, source_message_id, message_id, subject)
          VALUES (\(number + 1), 't', \(name.id), 1, 's\(number)', 'm\(number)', 'subject\(number)');
        INSERT INTO email_attachments (email_message_id, filename) VALUES (\(number + 1), 'f\(number)');
        INSERT INTO email_fts (rowid, subject, body_text, from_text, to_text, cc_text, bcc_text, label_text)
          SELECT id, subject, body_text, from_text, to_text, cc_text, bcc_text, label_text FROM email_messages
          WHERE id = \(number + 1);
        """)
    }
  }

  private func count(_ sql: String) throws -> Int64? {
    try application.value("SELECT count(*) FROM " + sql)?.integer
  }

  @Test func `children in unsynced tables move to the row that stays`() throws {
    try fill()
    try library.write { try $0.fold(RowName("Media", self.names[0].uuid), into: self.names[1].uuid) }
    #expect(try application.rows("PRAGMA foreign_key_check") == [])
    #expect(try LibraryInspection.look(at: file.path).orphanedRows == [])
    let (old, new) = (names[0].id, names[1].id)
    #expect(try count("Media WHERE id = \(old)") == 0)
    #expect(try count("Claims WHERE media_id = \(new)") == 2)
    #expect(try count("content_items WHERE media_id = \(new)") == 2)
    for table in [
      "content_items", "document_reading_progress", "Claims", "email_messages", "DocumentStructureIndex",
    ] {
      #expect(try count("\(table) WHERE media_id = \(old)") == 0, "\(table)")
    }
    #expect(try count("claims_fts WHERE claims_fts MATCH 'claim0 OR claim1'") == 2)
  }

  @Test func `an inspection of the library finds rows whose parent is gone`() throws {
    try fill()
    try application.execute("PRAGMA foreign_keys = OFF; DELETE FROM Media WHERE id = \(names[0].id)")
    let tables = try LibraryInspection.look(at: file.path).orphanedRows.map(\.table)
    #expect(Set(tables).isSuperset(of: ["Claims", "content_items", "document_reading_progress"]))
  }

  @Test
  func `if only one child is possible, the remaining row's is kept and the other is quarantined`()
    throws
  {
    try fill()
    try library.write { try $0.fold(RowName("Media", self.names[0].uuid), into: self.names[1].uuid) }
    #expect(try application.value("SELECT current_page FROM document_reading_progress") == .integer(11))
    #expect(try application.rows("SELECT subject FROM email_messages") == [[.text("subject1")]])
    // The duplicate's children now belong to the other row, and a search does not find the duplicate any
    // more.
    #expect(try count("email_attachments WHERE email_message_id = 2") == 2)
    #expect(try count("email_fts WHERE email_fts MATCH 'subject0 OR subject1'") == 1)
    let records = try library.quarantined(after: 0, limit: 10).records
    #expect(records.map(\.code) == ["double_of_folded_row", "double_of_folded_row"])
    let kept = try records.compactMap { try library.quarantined($0.id)?.entry }.joined()
    #expect(kept.contains("\"current_page\":10") && kept.contains("\"subject0\""))
  }
}
