import GRDB
import SyncCore
import SyncWire

/// Entries of either direction that were set aside, with the reason (table `mediasync_quarantine`). One that comes
/// again, because its page was applied twice, stays one.
struct Quarantine {
  /// Where an entry was going.
  enum Direction: String { case push, pull }

  let database: Database
  let now: Instant

  func add(_ direction: Direction, _ entry: MalformedEntry) throws {
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
  }

  /// Whether an entry of this row was set aside.
  func holds(_ direction: Direction, _ row: RowName) throws -> Bool {
    try database.hasRow(
      "SELECT 1 FROM mediasync_quarantine WHERE direction = ? AND entity = ? AND uuid = ? LIMIT 1",
      .text(direction.rawValue), .text(row.entity), .text(row.uuid))
  }

  func add(_ direction: Direction, _ entry: Entry, code: String, reason: String) throws {
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
}
