import GRDB
import SyncCore
import SyncWire

/// `/rows`: rows by name, written directly from the stored text (docs/protocol.md §4, Rows).
extension HubLibrary {
  /// A reply ends with the row that makes it this large.
  private static let rowsBytesMax = 4 * 1024 * 1024

  /// The reply for the requested rows, under any name that they have ever had.
  package func rows(_ request: RowsRequest, now: Instant) throws(HubStoreError) -> [UInt8] {
    try reading { [logID] db in
      if let asked = request.logID, asked != logID { throw HubStoreError.logMismatch(ours: logID) }
      var writer = JSONWriter(capacity: 65_536)
      var unknown: [RowsReply.Unknown] = []
      writer.beginObject()
      writer.name("rows")
      writer.beginArray()
      for name in request.rows where writer.bytes.count < Self.rowsBytesMax {
        guard let row = try Self.row(named: name, db) else {
          unknown.append(.init(row: name))
          continue
        }
        guard row[StoredEntryCoding.columnCount] != LibrarySchema.RowStatus.tombstone.rawValue else {
          unknown.append(.init(row: name, forgotten: true))
          continue
        }
        writer.beginObject()
        StoredEntryCoding.writeMembers(row, into: &writer)
        if row[2] != name.uuid {
          writer.name("asked")
          writer.string(name.uuid)
        }
        writer.endObject()
      }
      writer.endArray()
      RowsReply.encode(
        unknown: unknown, latest: try LogRange.head(db).position, logID: logID, serverTime: now.description,
        into: &writer)
      writer.endObject()
      return writer.bytes
    }
  }

  private static func row(named name: RowName, _ db: Database) throws -> Row? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT \(StoredEntryCoding.columns), "rows".standing
          FROM names JOIN "rows" ON "rows".id = names."row"
          LEFT JOIN log ON log.position = "rows".position AND log."row" = "rows".id
          WHERE names.entity = ? AND names.uuid = ?
          """), arguments: [name.entity, name.uuid])
  }
}
