import SampleApplication
import SyncCore
import SyncWire

/// Everything that travels, by row: the content of a library or the hub (promise 2). It leaves out NULL and
/// does not distinguish types, because a column's affinity may change them; `last_modified` is not compared
/// (protocol.md §3).
struct LibraryState: Equatable {
  /// Each row's content, by its name.
  private(set) var rows: [String: String] = [:]

  /// Columns of later schemas, by entity, and their default in a row that nobody gave a value.
  private static let later: [String: [String: String]] = [
    "Media": ["latest_transcription_run_id": "", "next_transcription_run_id": "1"],
    "Transcripts": ["transcription_run_id": "", "supersedes_run_id": "", "idempotency_key": ""],
  ]

  /// The columns that a library has.
  static func columns(of connection: SQLiteConnection) throws(SampleFailure) -> [String: [String]] {
    var columns = Template.columns
    for (entity, later) in Self.later {
      let names = try connection.rows("SELECT name FROM pragma_table_info(?)", [.text(entity)])
        .compactMap { $0[0].text }
      columns[entity, default: []] += names.filter { later[$0] != nil }
    }
    return columns
  }

  /// Reads a library.
  init(library connection: SQLiteConnection) throws(SampleFailure) {
    let known = try Self.columns(of: connection)
    for entity in LibraryDigest.entities {
      let columns = known[entity] ?? []
      let list = columns.map { "t." + $0 }.joined(separator: ", ")
      let isChild = entity != "Media" && entity != "Keywords"
      let sql =
        isChild
        ? "SELECT t.uuid, m.uuid, \(list) FROM \(entity) t LEFT JOIN Media m ON m.id = t.media_id"
        : "SELECT t.uuid, NULL, \(list) FROM \(entity) t"
      for row in try connection.rows(sql) {
        var parts: [(String, String)] = isChild ? [("media_uuid", row[1].text ?? "none")] : []
        for (index, column) in columns.enumerated() {
          if let text = Self.text(row[index + 2]), Self.later[entity]?[column] != text {
            parts.append((column, text))
          }
        }
        rows["\(entity) \(row[0].text ?? "none")"] = Self.line(parts)
      }
    }
    let links = try connection.rows(
      """
      SELECT m.uuid, k.uuid FROM MediaKeywords l LEFT JOIN Media m ON m.id = l.media_id
      LEFT JOIN Keywords k ON k.id = l.keyword_id
      """)
    for link in links { rows["MediaKeywords \(link[0].text ?? "none")_\(link[1].text ?? "none")"] = "linked" }
  }

  /// Reads the hub's file, limited to the columns of a library.
  init(hub connection: SQLiteConnection, columns: [String: [String]]) throws {
    let found = try connection.rows(
      """
      SELECT "rows".entity, "rows".uuid, log.document FROM "rows" JOIN log ON log.position = "rows".position
      """)
    for row in found {
      guard let entity = row[0].text, let uuid = row[1].text, let json = row[2].text else { continue }
      let document = try Document(jsonText: json)
      if entity == "MediaKeywords" {
        if document["linked"] != .integer(0) { rows["\(entity) \(uuid)"] = "linked" }
        continue
      }
      var parts: [(String, String)] = []
      // Values that the hub keeps for columns of no library are not compared.
      let known = columns[entity] ?? []
      for column in document.columns where column.name == "media_uuid" || known.contains(column.name) {
        if let text = Self.text(column.value), Self.later[entity]?[column.name] != text {
          parts.append((column.name, text))
        }
      }
      rows["\(entity) \(uuid)"] = Self.line(parts)
    }
  }

  /// The rows of which the hub has only the name.
  static func forgotten(by connection: SQLiteConnection) throws(SampleFailure) -> Set<String> {
    Set(
      try connection.rows("SELECT entity, uuid FROM \"rows\" WHERE standing = 2").map { row in
        "\(row[0].text ?? "") \(row[1].text ?? "")"
      })
  }

  /// Whether a row exists and is marked as deleted.
  func saysDeleted(_ name: String) -> Bool {
    rows[name]?.split(separator: " | ").contains { $0 == "deleted=1" } ?? false
  }

  /// Whether both are equal except for columns in which one of them holds a BLOB: that stays where it is.
  private static func isEqual(_ one: String?, _ other: String?) -> Bool {
    guard let one, let other else { return false }
    let parts = [one, other].map { Set($0.components(separatedBy: " | ")) }
    let held = parts[0].union(parts[1]).filter { $0.hasSuffix("=blob") }.map { $0.dropLast(4) }
    guard !held.isEmpty else { return false }
    let left = parts.map { $0.filter { part in !held.contains { part.hasPrefix($0) } } }
    return left[0] == left[1]
  }

  private static func line(_ parts: [(String, String)]) -> String {
    parts.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }.joined(separator: " | ")
  }

  private static func text(_ value: SQLValue) -> String? {
    switch value {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): text(Value.real(number))
    case .text(let text): text
    case .boolean(let flag): flag ? "1" : "0"
    case .blob: "blob"
    }
  }

  private static func text(_ value: Value) -> String? {
    switch value {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): Int64(exactly: number).map { String($0) } ?? "\(number)"
    case .text(let text): text
    }
  }

  /// The first row in which two states differ, for people; `nil` if they are equal. Leaves out rows that
  /// `isExcused`.
  func difference(from other: LibraryState, _ mine: String, _ theirs: String, isExcused: (String) -> Bool)
    -> String?
  {
    guard rows != other.rows else { return nil }
    for name in Set(rows.keys).union(other.rows.keys).sorted() where rows[name] != other.rows[name] {
      if isExcused(name) || Self.isEqual(rows[name], other.rows[name]) { continue }
      return
        "\(name)\n    \(mine): \(rows[name] ?? "not there")\n    \(theirs): \(other.rows[name] ?? "not there")"
    }
    return nil
  }
}
