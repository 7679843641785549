import CSQLite
import Foundation
import SampleApplication

/// SQLite's own limit: the changes of a log written with prepared statements, 1,000 to a transaction. Full
/// text is removed and inserted with one statement each per batch. No JSON, no decisions.
enum BareSQLite {
  /// A change as statements; they and their values are made before the clock starts.
  private struct Change {
    let entity: String
    let uuid: String
    /// The statement to try first: the update, or everything that a link needs.
    let first: String
    /// The statement to run if the update matches no row.
    var insert: String?
    let values: [SQLValue]
    /// The values that follow in the first statement, and in the insert.
    let place: [SQLValue]
    var parent: [SQLValue] = []
  }

  static func measure(_ library: String, in directory: String) throws -> (rate: Double, seconds: Double) {
    let changes = try read(library)
    let path = directory + "/bare.sqlite"
    try Fixture.empty.copy(to: path)
    let connection = try SQLiteConnection(path)
    try connection.execute(
      """
      PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;
      CREATE TEMP TABLE touched (uuid TEXT PRIMARY KEY) WITHOUT ROWID;
      """)
    for name in try connection.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'") {
      try connection.execute("DROP TRIGGER \(name[0].text ?? "")")
    }
    let start = ContinuousClock.now
    for first in stride(from: 0, to: changes.count, by: 1000) {
      try write(changes[first..<min(first + 1000, changes.count)], connection)
    }
    let seconds = (ContinuousClock.now - start).inSeconds
    return (Double(changes.count) / seconds, seconds)
  }

  private static func write(_ batch: ArraySlice<Change>, _ connection: SQLiteConnection) throws {
    try connection.execute("BEGIN IMMEDIATE; DELETE FROM temp.touched")
    for change in batch where change.entity == "Media" || change.entity == "Keywords" {
      try connection.run("INSERT OR IGNORE INTO temp.touched VALUES (?)", [.text(change.uuid)])
    }
    let take = "WHERE deleted = 0 AND uuid IN (SELECT uuid FROM temp.touched)"
    try connection.run(
      "INSERT INTO media_fts (media_fts, rowid, title, content) SELECT 'delete', id, title, content FROM Media \(take)"
    )
    try connection.run(
      "INSERT INTO keyword_fts (keyword_fts, rowid, keyword) SELECT 'delete', id, keyword FROM Keywords \(take)"
    )
    for change in batch { try write(change, connection) }
    try connection.run(
      "INSERT INTO media_fts (rowid, title, content) SELECT id, title, content FROM Media \(take)")
    try connection.run("INSERT INTO keyword_fts (rowid, keyword) SELECT id, keyword FROM Keywords \(take)")
    try connection.execute("COMMIT")
  }

  private static func write(_ change: Change, _ connection: SQLiteConnection) throws {
    let known = try connection.run(change.first, change.values + change.place)
    guard known == 0, let insert = change.insert else { return }
    try connection.run(insert, change.values + change.parent)
  }

  // The changes as a peer would send them: known columns only, parents by uuid, the incomplete shape
  // completed.
  private static func read(_ library: String) throws -> [Change] {
    let connection = try SQLiteConnection(library)
    var known: [String: Set<String>] = [:]
    for entity in LibraryDigest.entities {
      let columns = try connection.rows("SELECT name FROM pragma_table_info(?)", [.text(entity)])
      known[entity] = Set(columns.compactMap { $0[0].text }).subtracting(["id", "media_id"])
    }
    let owners = try connection.rows(
      "SELECT u.uuid, m.uuid FROM UnvectorizedMediaChunks u JOIN Media m ON m.id = u.media_id")
    let owner = Dictionary(uniqueKeysWithValues: owners.map { ($0[0].text ?? "", $0[1].text) })
    let log = try connection.rows(
      "SELECT entity, entity_uuid, operation, payload, version, client_id FROM sync_log ORDER BY change_id")
    return try log.map { row in
      let (entity, uuid) = (row[0].text ?? "", row[1].text ?? "")
      let payload = try JSONDecoder().decode([String: Scalar].self, from: Data((row[3].text ?? "{}").utf8))
      var columns = payload.filter { known[entity]?.contains($0.key) ?? false }.mapValues(\.value)
      if entity != "MediaKeywords" {
        columns["uuid"] = .text(uuid)
        columns["version"] = row[4]
        columns["client_id"] = row[5]
      }
      if let text = payload["text"]?.value {
        columns["chunk_text"] = text
        columns["last_modified_orig"] = columns["last_modified"]
      }
      let media = payload["media_uuid"]?.value.text ?? owner[uuid] ?? nil
      if let media, let keyword = payload["keyword_uuid"]?.value.text {
        return link(uuid, row[2].text == "unlink", media, keyword)
      }
      return change(entity, uuid, columns, media)
    }
  }

  private static let mediaID = "(SELECT id FROM Media WHERE uuid = ?)"

  private static func link(_ uuid: String, _ unlink: Bool, _ media: String, _ keyword: String) -> Change {
    let keywordID = "(SELECT id FROM Keywords WHERE uuid = ?)"
    let sql =
      unlink
      ? "DELETE FROM MediaKeywords WHERE media_id = \(mediaID) AND keyword_id = \(keywordID)"
      : "INSERT OR IGNORE INTO MediaKeywords (media_id, keyword_id) VALUES (\(mediaID), \(keywordID))"
    return Change(
      entity: "MediaKeywords", uuid: uuid, first: sql, values: [], place: [.text(media), .text(keyword)])
  }

  private static func change(
    _ entity: String, _ uuid: String, _ columns: [String: SQLValue], _ media: String?
  ) -> Change {
    let names = columns.keys.sorted()
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    let child = media != nil
    return Change(
      entity: entity, uuid: uuid,
      first: "UPDATE \(entity) SET \(names.map { $0 + " = ?" }.joined(separator: ", ")) WHERE uuid = ?",
      insert: """
        INSERT INTO \(entity) (\(names.joined(separator: ", "))\(child ? ", media_id" : ""))
        VALUES (\(marks)\(child ? ", " + mediaID : ""))
        """,
      values: names.map { columns[$0] ?? .null }, place: [.text(uuid)],
      parent: media.map { [.text($0)] } ?? [])
  }

  private struct Scalar: Decodable {
    let value: SQLValue

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = .null
      } else if let flag = try? container.decode(Bool.self) {
        value = .boolean(flag)
      } else if let number = try? container.decode(Int64.self) {
        value = .integer(number)
      } else if let number = try? container.decode(Double.self) {
        value = .real(number)
      } else {
        value = .text(try container.decode(String.self))
      }
    }
  }
}
