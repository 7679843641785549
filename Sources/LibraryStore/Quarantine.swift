import SyncCore
import SyncWire

/// Entries of either direction that were set aside, with the reason (table `mediasync_quarantine`). One that comes
/// again, because its page was applied twice, stays one.
struct Quarantine {
  typealias Direction = QuarantineRecord.Direction

  let database: Database
  let now: Instant
  /// How many were set aside in this transaction.
  private(set) var count = 0
  /// The first of them.
  private(set) var first = Particulars()

  init(database: Database, now: Instant) {
    self.database = database
    self.now = now
  }

  mutating func add(_ direction: Direction, _ entry: MalformedEntry) throws {
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
    count += 1
    first.add(
      SetAside(
        direction: direction, code: entry.code, reason: entry.reason, row: entry.row,
        number: entry.changeID))
  }

  /// Whether an entry of this row was set aside.
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

  /// Records behind number `after`, without the entries themselves.
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
    let next = records.count > limit ? records[limit - 1].id : nil
    records = Array(records.prefix(limit))
    for index in records.indices {
      if let row = records[index].row { records[index].title = try titles.title(of: row) }
    }
    let total = try database.firstValue("SELECT count(*) FROM mediasync_quarantine")?.integer ?? 0
    return RecordPage(records: records, total: Int(total), next: next)
  }

  /// One record with its entry.
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

  /// Forgets a record; false where there is none.
  func remove(_ id: Int64) throws -> Bool {
    try database.run("DELETE FROM mediasync_quarantine WHERE id = ?", .integer(id)) > 0
  }

  private static func record(_ statement: Prepared, entry: String) -> QuarantineRecord {
    var row: RowName?
    if let entity = statement.optionalText(3), let uuid = statement.optionalText(4) {
      row = RowName(entity, uuid)
    }
    return QuarantineRecord(
      id: statement.integer(0), direction: Direction(rawValue: statement.text(1)) ?? .pull,
      number: statement.value(2).integer, row: row, title: nil, code: statement.text(5),
      reason: statement.text(6), entry: entry, since: statement.text(7))
  }
}
