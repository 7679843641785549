import SyncCore
import SyncWire

/// Quarantined entries of both directions, with the reason (table `mediasync_quarantine`). An entry that
/// comes again, because its page was applied twice, keeps its one record.
struct Quarantine {
  typealias Direction = QuarantineRecord.Direction

  /// The migration that joins the records of each entity that is not synced into one.
  static let unknownEntitiesInOne = """
    INSERT INTO mediasync_quarantine (direction, entity, code, reason, entry, since)
      SELECT 'push', entity, 'unknown_entity', 'this mediasync does not sync ' || entity,
        json_object('count', count(*), 'first', min(number), 'last', max(number)), min(since)
      FROM mediasync_quarantine
      WHERE direction = 'push' AND code = 'unknown_entity' AND uuid NOT NULL AND entity NOT IN (
        'Media', 'Keywords', 'MediaKeywords', 'Transcripts', 'MediaChunks', 'UnvectorizedMediaChunks',
        'DocumentVersions')
      GROUP BY entity;
    DELETE FROM mediasync_quarantine
      WHERE direction = 'push' AND code = 'unknown_entity' AND uuid NOT NULL AND entity NOT IN (
        'Media', 'Keywords', 'MediaKeywords', 'Transcripts', 'MediaChunks', 'UnvectorizedMediaChunks',
        'DocumentVersions');
    """

  let database: Database
  private let catalogue: EntityCatalogue
  let now: Instant
  /// How many entries were quarantined in this transaction.
  private(set) var count = 0
  /// The first of them.
  private(set) var first = ReportSamples()

  init(database: Database, catalogue: EntityCatalogue, now: Instant) {
    self.database = database
    self.catalogue = catalogue
    self.now = now
  }

  mutating func add(_ direction: Direction, _ entry: MalformedEntry) throws {
    if direction == .push, entry.code == "unknown_entity", let entity = entry.row?.entity,
      catalogue[entity] == nil
    {
      return try count(entity, entry)
    }
    var isAgain = false
    if direction == .push, entry.code == OversizedChanges.code, let row = entry.row {
      isAgain = try removeOlder(of: row, than: entry.changeID)
    }
    let statement = try database.prepared(
      """
      INSERT INTO mediasync_quarantine (direction, number, entity, uuid, code, reason, entry, since)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (direction, number) DO UPDATE SET code = excluded.code, reason = excluded.reason
      """)
    statement.bind(1, direction.rawValue)
    statement.bind(2, entry.changeID.map { .integer($0) } ?? Value.null)
    statement.bind(3, entry.row?.entity)
    statement.bind(4, entry.row?.uuid)
    statement.bind(5, entry.code)
    statement.bind(6, entry.reason)
    statement.bind(7, entry.raw)
    statement.bind(8, now.description)
    try statement.run()
    // A row that is still too large is not news.
    guard !isAgain else { return }
    count += 1
    first.add(
      QuarantineEntry(
        direction: direction, code: entry.code, reason: entry.reason, row: entry.row,
        number: entry.changeID))
    if direction == .pull, database.lastInsertedRowID % Self.pullsBetweenCounts == 0 { try dropOldestPulls() }
  }

  /// The most records of pulled entries that are kept. The hub still has these entries, and a faulty hub must
  /// not fill the disk. Records of pushed entries are unlimited.
  static let pullsMax: Int64 = 10_000
  /// Pull records are counted once in this many inserts.
  private static let pullsBetweenCounts: Int64 = 100

  private func dropOldestPulls() throws {
    try database.run(
      """
      DELETE FROM mediasync_quarantine WHERE direction = 'pull' AND id <= (
        SELECT id FROM mediasync_quarantine WHERE direction = 'pull' ORDER BY id DESC LIMIT 1 OFFSET ?)
      """, .integer(Self.pullsMax))
  }

  /// Deletes older records of a row that is too large, so that it has one record, of its newest change.
  /// Returns whether there were any.
  private func removeOlder(of row: RowName, than change: Int64?) throws -> Bool {
    try database.run(
      """
      DELETE FROM mediasync_quarantine
      WHERE direction = 'push' AND code = ?1 AND entity = ?2 AND uuid = ?3 AND number IS NOT ?4
      """, .text(OversizedChanges.code), .text(row.entity), .text(row.uuid),
      change.map { .integer($0) } ?? .null) > 0
  }

  /// Counts a change of an entity that this mediasync does not sync, in one record for the entity. The
  /// library has the rows and the log entries, and a million records would tell a person nothing new.
  private mutating func count(_ entity: String, _ entry: MalformedEntry) throws {
    let condition = "direction = 'push' AND entity = ?1 AND code = 'unknown_entity' AND uuid IS NULL"
    guard try database.hasRow("SELECT 1 FROM mediasync_quarantine WHERE \(condition)", .text(entity)) else {
      let reason = "this mediasync does not sync \(entity.prefix(60))"
      let statement = try database.prepared(
        """
        INSERT INTO mediasync_quarantine (direction, entity, code, reason, entry, since)
        VALUES ('push', ?1, 'unknown_entity', ?2, json_object('count', 1, 'first', ?3, 'last', ?3), ?4)
        """)
      statement.bind(1, entity)
      statement.bind(2, reason)
      statement.bind(3, entry.changeID.map { .integer($0) } ?? Value.null)
      statement.bind(4, now.description)
      try statement.run()
      count += 1
      first.add(
        QuarantineEntry(
          direction: .push, code: entry.code, reason: reason, row: RowName(entity, ""), number: entry.changeID
        ))
      return
    }
    // A batch that is settled twice counts once.
    try database.run(
      """
      UPDATE mediasync_quarantine SET entry = json_set(
        entry, '$.count', json_extract(entry, '$.count') + 1, '$.last', ?2)
      WHERE \(condition) AND ifnull(json_extract(entry, '$.last') < ?2, 1)
      """, .text(entity), entry.changeID.map { .integer($0) } ?? .null)
  }

  /// Deletes the records of one entity, or all if `entity` is `nil`. Returns how many.
  func removeAll(of entity: String?) throws -> Int {
    try database.run(
      "DELETE FROM mediasync_quarantine WHERE ?1 IS NULL OR entity = ?1", entity.map { .text($0) } ?? .null)
  }

  /// Whether an entry of this row is in quarantine.
  func holds(_ direction: Direction, _ row: RowName) throws -> Bool {
    try database.hasRow(
      "SELECT 1 FROM mediasync_quarantine WHERE direction = ? AND entity = ? AND uuid = ? LIMIT 1",
      .text(direction.rawValue), .text(row.entity), .text(row.uuid))
  }

  mutating func add(_ direction: Direction, _ entry: Entry, code: String, reason: String) throws {
    var writer = JSONWriter()
    writer.beginObject()
    EntryCoding.encodeMembers(entry, into: &writer)
    writer.endObject()
    try add(
      direction,
      MalformedEntry(
        changeID: entry.changeID, row: entry.row, code: code, reason: reason,
        raw: String(decoding: writer.bytes, as: UTF8.self)))
  }

  /// Returns the records with numbers above `after`, without the entries themselves.
  func page(after: Int64, limit: Int, titles: RowTitles) throws -> RecordPage<QuarantineRecord> {
    let statement = try database.prepared(
      """
      SELECT id, direction, number, entity, uuid, code, reason, since FROM mediasync_quarantine
      WHERE id > ? ORDER BY id LIMIT ?
      """)
    statement.bind(1, after)
    statement.bind(2, Int64(limit) + 1)
    var records: [QuarantineRecord] = []
    while try statement.step() { records.append(Self.record(statement, entry: "")) }
    let total = try database.firstValue("SELECT count(*) FROM mediasync_quarantine")?.integer ?? 0
    var page = RecordPage(found: records, limit: limit, total: total)
    for index in page.records.indices {
      if let row = page.records[index].row { page.records[index].title = try titles.title(of: row) }
    }
    return page
  }

  /// Returns one record with its entry.
  func record(_ id: Int64) throws -> QuarantineRecord? {
    let statement = try database.prepared(
      """
      SELECT id, direction, number, entity, uuid, code, reason, since, entry FROM mediasync_quarantine
      WHERE id = ?
      """)
    statement.bind(1, id)
    defer { statement.reset() }
    return try statement.step() ? Self.record(statement, entry: statement.text(8)) : nil
  }

  /// Deletes a record; returns `false` if there is none.
  func remove(_ id: Int64) throws -> Bool {
    try database.run("DELETE FROM mediasync_quarantine WHERE id = ?", .integer(id)) > 0
  }

  private static func record(_ statement: PreparedStatement, entry: String) -> QuarantineRecord {
    var row: RowName?
    if let entity = statement.optionalText(3) {
      // A record of a whole entity names no row.
      let isOfEntity = statement.text(5) == "unknown_entity" && statement.text(1) == Direction.push.rawValue
      row = (statement.optionalText(4) ?? (isOfEntity ? "" : nil)).map { RowName(entity, $0) }
    }
    return QuarantineRecord(
      id: statement.integer(0), direction: Direction(rawValue: statement.text(1)) ?? .pull,
      number: statement.value(2).integer, row: row, title: nil, code: statement.text(5),
      reason: statement.text(6), entry: entry, since: statement.text(7))
  }
}
