/// Everything of a library that travels, as sorted lines of text: libraries with equal digests are equal
/// (docs/promises.md, promise 2). It omits the local columns `id`, `media_id`, `keyword_id`,
/// `vector_embedding`, and `last_modified`, which is not compared (protocol.md §3). Parents appear by uuid.
package struct LibraryDigest: Hashable, Sendable {
  /// Which links to include.
  package enum Links: Sendable {
    /// Every row of MediaKeywords.
    case all
    /// Links whose medium and keyword are not deleted: the application keeps the rows of the others although
    /// it logs `unlink`.
    case live
  }

  /// The tables with a uuid.
  package static let entities = [
    "Media", "Keywords", "Transcripts", "MediaChunks", "UnvectorizedMediaChunks", "DocumentVersions",
  ]
  private static let local = ["id", "media_id", "keyword_id", "vector_embedding", "last_modified"]

  /// A line per row, sorted.
  package let lines: [String]

  /// Reads a library, which may be in use.
  package init(_ path: String, links: Links = .all) throws(SampleFailure) {
    try self.init(SQLiteConnection(path, .readOnly), links: links)
  }

  /// Reads a library through an open connection, in one read transaction.
  package init(_ connection: SQLiteConnection, links: Links = .all) throws(SampleFailure) {
    var lines: [String] = []
    try connection.execute("BEGIN")
    for entity in Self.entities { lines += try Self.rows(entity, connection) }
    let live = links == .live ? "WHERE m.deleted = 0 AND k.deleted = 0" : ""
    let pairs = try connection.rows(
      """
      SELECT m.uuid, k.uuid FROM MediaKeywords l JOIN Media m ON m.id = l.media_id
      JOIN Keywords k ON k.id = l.keyword_id \(live)
      """)
    lines += pairs.map { "MediaKeywords \($0[0].text ?? "")_\($0[1].text ?? "")" }
    try connection.execute("COMMIT")
    self.lines = lines.sorted()
  }

  private static func rows(_ entity: String, _ connection: SQLiteConnection) throws(SampleFailure) -> [String]
  {
    let columns = try connection.rows("SELECT name FROM pragma_table_info(?) ORDER BY name", [.text(entity)])
      .compactMap { $0[0].text }
    let sent = columns.filter { !local.contains($0) && $0 != "uuid" }
    let parent = columns.contains("media_id")
    let selected = sent.map { "t.\($0)" }.joined(separator: ", ")
    let sql =
      parent
      ? "SELECT t.uuid, m.uuid, \(selected) FROM \(entity) t JOIN Media m ON m.id = t.media_id"
      : "SELECT t.uuid, NULL, \(selected) FROM \(entity) t"
    return try connection.rows(sql).map { row in
      let values = zip(sent, row.dropFirst(2)).map { "\($0)=\($1.described)" }
      let parent = row[1].text.map { ["media=\($0)"] } ?? []
      return ([entity, row[0].text ?? "?"] + parent + values).joined(separator: " ")
    }
  }

  /// One hash over all lines.
  package var hash: String { ContentHash.of(lines.joined(separator: "\n")) }

  /// Rows per table, in the order of the tables.
  package var counts: [(entity: String, rows: Int)] {
    (Self.entities + ["MediaKeywords"]).map { entity in
      (entity, lines.count { $0.hasPrefix(entity + " ") })
    }
  }

  /// The differences between two libraries, for people: at most `limit` rows, each with the columns that
  /// differ. Empty if they are equal.
  package func difference(from other: LibraryDigest, limit: Int = 20) -> String {
    if lines == other.lines { return "" }
    let mine = Set(lines).subtracting(other.lines)
    let theirs = Set(other.lines).subtracting(lines)
    var byRow: [String: (mine: String?, theirs: String?)] = [:]
    for line in mine { byRow[Self.row(line), default: (nil, nil)].mine = line }
    for line in theirs { byRow[Self.row(line), default: (nil, nil)].theirs = line }
    var result = ["\(mine.count) rows here and \(theirs.count) rows there have no equal"]
    for (row, sides) in byRow.sorted(by: { $0.key < $1.key }).prefix(limit) {
      switch sides {
      case (let here?, let there?): result.append("\(row): \(Self.columns(here, there))")
      case (_?, nil): result.append("\(row): only here")
      default: result.append("\(row): only there")
      }
    }
    return result.joined(separator: "\n")
  }

  private static func row(_ line: String) -> String {
    line.split(separator: " ", maxSplits: 2).prefix(2).joined(separator: " ")
  }

  // The lines differ from some character on: go back to the column's name and show a little.
  private static func columns(_ here: String, _ there: String) -> String {
    let left = Array(here)
    let right = Array(there)
    let at = zip(left, right).prefix { $0 == $1 }.count
    let start = max(0, left[..<min(at, left.count)].lastIndex(of: " ") ?? 0)
    func show(_ text: [Character]) -> String { String(text.dropFirst(start).prefix(90)) }
    return "here[\(show(left)) ] there[\(show(right)) ]"
  }
}
