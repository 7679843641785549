import SyncCore
import SyncWire

/// The conflict records: our values that lost to another device's (table `mediasync_conflicts`), so that
/// nothing is lost silently.
struct ConflictRecords {
  /// The step to version 2 of the state's schema: who won, and when the hub decided.
  static let whoWon = """
    ALTER TABLE mediasync_conflicts ADD COLUMN winner TEXT;
    ALTER TABLE mediasync_conflicts ADD COLUMN decided TEXT;
    CREATE INDEX mediasync_conflicts_row ON mediasync_conflicts (entity, uuid);
    """

  let database: Database
  let catalogue: EntityCatalogue
  let now: Instant
  /// The first rows that lost values in this transaction.
  private(set) var lost = ReportSamples()

  init(database: Database, catalogue: EntityCatalogue, now: Instant) {
    self.database = database
    self.catalogue = catalogue
    self.now = now
  }

  /// Keeps the values that lost and those that won instead, column by column. Columns that belong together
  /// are kept together even if only one of them differs, because half of such a unit could not be restored.
  ///
  /// - Returns: false if nothing new is lost: `document` has the same values, or a record holds these values
  ///   already.
  mutating func add(
    _ row: RowName, losing: Document, document: Document, change: ChangeID?, position: Position,
    winner: String?, decided: String?
  ) throws -> Bool {
    guard let shape = catalogue[row.entity] else { return false }
    let units = MergeUnits(shape)
    let kept = losing.columns.map(\.name).filter { column in
      units.columns(with: column).contains { losing[$0] != nil && losing.says($0) != document.says($0) }
    }
    guard !kept.isEmpty else { return false }
    let isKnown = try database.hasRow(
      "SELECT 1 FROM mediasync_conflicts WHERE entity = ? AND uuid = ? AND losing = ?", .text(row.entity),
      .text(row.uuid), .text(losing.only(kept).jsonText))
    guard !isKnown else { return false }
    let statement = try database.prepared(
      """
      INSERT INTO mediasync_conflicts
        (entity, uuid, losing, winning, change_id, position, since, winner, decided)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    statement.bind(1, row.entity)
    statement.bind(2, row.uuid)
    statement.bind(3, losing.only(kept).jsonText)
    statement.bind(4, Document(kept.map { ($0, document.says($0)) }).jsonText)
    statement.bind(5, change.map { .integer($0.rawValue) } ?? Value.null)
    statement.bind(6, position.rawValue)
    statement.bind(7, now.description)
    statement.bind(8, winner)
    statement.bind(9, decided)
    try statement.run()
    lost.add(lost: row)
    return true
  }

  /// The losing values of a row's newest records, at most 8, newest first.
  func losing(of row: RowName) throws -> [Document] {
    try database.texts(
      "SELECT losing FROM mediasync_conflicts WHERE entity = ? AND uuid = ? ORDER BY id DESC LIMIT 8",
      .text(row.entity), .text(row.uuid)
    ).map { try Document(jsonText: $0) }
  }

  /// SQL condition: only columns in the JSON list of parameter 1 lost in the record. An empty list matches
  /// every record.
  private static let isOnly = """
    (?1 = '[]' OR NOT EXISTS (
      SELECT 1 FROM json_each(losing) WHERE key NOT IN (SELECT value FROM json_each(?1))))
    """

  private static func list(_ columns: [String]) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    for column in columns { writer.string(column) }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Records after number `after`, without their values. With `only`, those in which only these columns lost.
  func page(
    after: Int64, limit: Int, only: [String], titles: RowTitles
  ) throws -> RecordPage<ConflictSummary> {
    let statement = try database.prepared(
      """
      SELECT id, entity, uuid, winner, decided, position, since,
        (SELECT json_group_array(key) FROM (SELECT key FROM json_each(losing) ORDER BY key))
      FROM mediasync_conflicts WHERE id > ?2 AND \(Self.isOnly) ORDER BY id LIMIT ?3
      """)
    statement.bind(1, Self.list(only))
    statement.bind(2, after)
    statement.bind(3, Int64(limit) + 1)
    var records: [ConflictSummary] = []
    while try statement.step() {
      records.append(Self.summary(statement, columns: Self.names(statement.text(7))))
    }
    let total =
      try database.firstValue(
        "SELECT count(*) FROM mediasync_conflicts WHERE \(Self.isOnly)", .text(Self.list(only)))?.integer ?? 0
    var page = RecordPage(found: records, limit: limit, total: total)
    for index in page.records.indices {
      page.records[index].title = try titles.title(of: page.records[index].row)
    }
    return page
  }

  /// One record with its values. The caller adds the row's present values.
  func record(_ id: Int64) throws -> ConflictRecord? {
    let statement = try database.prepared(
      """
      SELECT id, entity, uuid, winner, decided, position, since, losing, winning
      FROM mediasync_conflicts WHERE id = ?
      """)
    statement.bind(1, id)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    let losing = try Document(jsonText: statement.text(7))
    let winning = try Document(jsonText: statement.text(8))
    return ConflictRecord(
      summary: Self.summary(statement, columns: losing.columns.map(\.name)), losing: losing, winning: winning,
      present: nil)
  }

  /// Deletes a record. Returns false if there is none.
  func remove(_ id: Int64) throws -> Bool {
    try database.run("DELETE FROM mediasync_conflicts WHERE id = ?", .integer(id)) > 0
  }

  /// The maximum number of records deleted in one transaction.
  private static let removedMax = 1000

  /// Deletes the oldest records, or the oldest in which only these columns lost. Returns the number deleted,
  /// 0 if none is left.
  func removeSome(only: [String]) throws -> Int {
    try database.run(
      """
      DELETE FROM mediasync_conflicts WHERE id IN (
        SELECT id FROM mediasync_conflicts WHERE \(Self.isOnly) ORDER BY id LIMIT \(Self.removedMax))
      """, .text(Self.list(only)))
  }

  private static func summary(_ statement: PreparedStatement, columns: [String]) -> ConflictSummary {
    ConflictSummary(
      id: statement.integer(0), row: RowName(statement.text(1), statement.text(2)), title: nil,
      columns: columns, winner: statement.optionalText(3), decided: statement.optionalText(4),
      position: statement.value(5).integer.map { Position($0) }, since: statement.text(6))
  }

  private static func names(_ list: String) -> [String] {
    (try? JSONReader.read(list))?.array?.compactMap(\.string) ?? []
  }
}
