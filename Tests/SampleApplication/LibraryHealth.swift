/// Checks that a library file is as the application needs it (docs/promises.md, promise 6).
package enum LibraryHealth {
  /// Everything that is wrong, one line each; empty if all is right. The file may be in use. `schemaOf` is a
  /// file with the required schema; `staleBefore` is the result of `staleWords` before the daemon started.
  package static func problems(
    _ path: String, schemaOf model: String? = nil, staleBefore: Set<String> = []
  ) throws(SampleFailure) -> [String] {
    let connection = try SQLiteConnection(path)
    var problems = try problems(connection, staleBefore: staleBefore)
    if let model { problems += try schema(connection, SQLiteConnection(model)) }
    return problems
  }

  /// Everything that is wrong with the file of an open connection, except its schema.
  package static func problems(
    _ connection: SQLiteConnection, staleBefore: Set<String> = []
  ) throws(SampleFailure) -> [String] {
    var problems: [String] = []
    let integrity = try connection.rows("PRAGMA integrity_check").compactMap { $0[0].text }
    if integrity != ["ok"] { problems += integrity.map { "integrity_check: \($0)" } }
    problems += try connection.rows("PRAGMA foreign_key_check").map { row in
      "foreign_key_check: " + row.map(\.described).joined(separator: " ")
    }
    // If the application indexed a row twice without removing the old words, some of them stay forever: the
    // index holds more of the row than any statement can name that knows only the row. The same applies to a
    // row that the application hard-deleted and left in the index.
    let broken = Set(staleBefore.map(Self.rowOf))
    for index in Self.indexes {
      problems += try fullText(connection, index, broken: broken)
      let stale = try staleWords(connection, index).filter { !broken.contains(Self.rowOf($0)) }
      if let first = stale.min() {
        problems.append("\(index.name): \(stale.count) stale words, such as \(first)")
      }
    }
    return problems
  }

  /// The index and row of a stale word: the first two words of its line.
  private static func rowOf(_ word: String) -> String {
    word.split(separator: " ").prefix(2).joined(separator: " ")
  }

  /// The words that the full-text indexes hold of rows that do not have them, as `index row column word`. The
  /// real application leaves some with every update, because it does not remove the old values. So even an
  /// untouched fixture has them, and FTS5's `integrity-check` calls it malformed; a daemon must not add any.
  package static func staleWords(_ path: String) throws(SampleFailure) -> Set<String> {
    let connection = try SQLiteConnection(path)
    var all: Set<String> = []
    for index in indexes { all.formUnion(try staleWords(connection, index)) }
    return all
  }

  /// The schema of a library without this project's tables: one line per object.
  package static func schemaText(_ connection: SQLiteConnection) throws(SampleFailure) -> [String] {
    try connection.rows(
      """
      SELECT type, name, tbl_name, sql FROM sqlite_master
      WHERE name NOT LIKE 'mediasync\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'mediasync\\_%' ESCAPE '\\'
      ORDER BY type, name
      """
    ).map { row in row.map(\.described).joined(separator: " ") }
  }

  private static func schema(
    _ connection: SQLiteConnection, _ model: SQLiteConnection
  ) throws(SampleFailure) -> [String] {
    var problems: [String] = []
    let here = try schemaText(connection)
    let there = try schemaText(model)
    problems += there.filter { !here.contains($0) }.map { "schema: missing or changed: \($0)" }
    problems += here.filter { !there.contains($0) }.map { "schema: not the application's: \($0)" }
    for pragma in ["journal_mode", "user_version", "application_id", "page_size", "auto_vacuum", "encoding"] {
      let (is_, was) = (try connection.value("PRAGMA \(pragma)"), try model.value("PRAGMA \(pragma)"))
      if is_ != was { problems.append("\(pragma) is \(is_?.described ?? "?"), was \(was?.described ?? "?")") }
    }
    return problems
  }

  private typealias Index = (name: String, table: String, columns: String)
  private static let indexes: [Index] = [
    ("media_fts", "Media", "title, content"), ("keyword_fts", "Keywords", "keyword"),
  ]

  /// Compares the index with one newly built from the rows with `deleted = 0`. FTS5's own `integrity-check`
  /// cannot do this: with external content it expects the deleted rows too.
  private static func fullText(
    _ connection: SQLiteConnection, _ index: Index, broken: Set<String>
  ) throws(SampleFailure) -> [String] {
    let checks = [
      ("words missing", "SELECT * FROM temp.expected_words EXCEPT SELECT * FROM temp.actual_words"),
      (
        "rows too many or of another size",
        "SELECT id, sz FROM main.\(index.name)_docsize EXCEPT SELECT id, sz FROM temp.expected_docsize"
      ),
      (
        "rows missing or of another size",
        "SELECT id, sz FROM temp.expected_docsize EXCEPT SELECT id, sz FROM main.\(index.name)_docsize"
      ),
    ]
    return try withVocabulary(connection, index) { () throws(SampleFailure) in
      var problems: [String] = []
      for (name, query) in checks {
        let rows = try connection.rows(query).filter { row in
          !name.hasPrefix("rows too many") || !broken.contains("\(index.name) \(row[0].described)")
        }
        guard let first = rows.first else { continue }
        let example = first.map(\.described).joined(separator: " ")
        problems.append("\(index.name): \(rows.count) \(name), such as \(example)")
      }
      return problems
    }
  }

  private static func staleWords(
    _ connection: SQLiteConnection, _ index: Index
  ) throws(SampleFailure) -> Set<String> {
    try withVocabulary(connection, index) { () throws(SampleFailure) in
      let rows = try connection.rows(
        """
        SELECT doc, col, term FROM temp.actual_words EXCEPT SELECT doc, col, term FROM temp.expected_words
        """)
      return Set(rows.map { "\(index.name) " + $0.map(\.described).joined(separator: " ") })
    }
  }

  private static func withVocabulary<Result>(
    _ connection: SQLiteConnection, _ index: Index, _ body: () throws(SampleFailure) -> Result
  ) throws(SampleFailure) -> Result {
    try connection.execute(
      """
      CREATE VIRTUAL TABLE temp.expected USING fts5(\(index.columns));
      INSERT INTO temp.expected (rowid, \(index.columns))
        SELECT id, \(index.columns) FROM main.\(index.table) WHERE deleted = 0;
      CREATE VIRTUAL TABLE temp.expected_words USING fts5vocab(temp, expected, instance);
      CREATE VIRTUAL TABLE temp.actual_words USING fts5vocab(main, \(index.name), instance);
      """)
    let result = try body()
    try connection.execute(
      "DROP TABLE temp.actual_words; DROP TABLE temp.expected_words; DROP TABLE temp.expected;")
    return result
  }
}
