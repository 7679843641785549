import GRDB
import SyncCore
import SyncWire

/// A page of the log as it goes out: written straight from the stored text.
package struct LogPage: Sendable {
  /// The reply's body (protocol.md §2 and §3, `/get`).
  package let body: [UInt8]
  /// Entries in it. A page without any is one that a long poll waits on.
  package let count: Int
}

extension LogPage {
  /// Entries in a page for a layer-1 client.
  static let layerOneMax = 50
  /// A page is closed once it is this large, whatever was asked.
  static let bytesMax = 4 * 1024 * 1024

  /// The log's end, and the chain value there.
  static func head(_ db: Database) throws -> (position: Position, chain: String) {
    let last = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT position, chain FROM log ORDER BY position DESC LIMIT 1"))
    guard let last else { return (.start, LogChain.start) }
    return (Position(last[0] as Int64), last[1])
  }

  /// The position from which on the log is kept.
  static func kept(_ db: Database) throws -> Position {
    let text = try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM meta WHERE name = 'min_change_id'"))
    return Position(text.flatMap { Int64($0) } ?? 0)
  }

  /// Checks that the log holds at a client's cursor what it held when the client was there.
  static func check(cursor: Position, chain: ChainValue?, _ db: Database) throws {
    guard let ours = try Self.chain(at: cursor, db) else { throw HubStoreError.logRewound(at: cursor) }
    if let chain, !chain.rawValue.isEmpty, cursor > .start, chain.rawValue != ours {
      throw HubStoreError.logRewound(at: cursor)
    }
  }

  private static func chain(at position: Position, _ db: Database) throws -> String? {
    guard position > .start else { return LogChain.start }
    return try String.fetchOne(
      db.cachedStatement(sql: "SELECT chain FROM log WHERE position = ?"), arguments: [position.rawValue])
  }
}

extension HubLibrary {
  /// The log after a client's cursor (protocol.md §3, pull): what the client's present life has sent itself and
  /// knows to be acknowledged is left out.
  package func page(_ request: GetRequest, now: Instant) throws(HubStoreError) -> LogPage {
    try reading { [logID] db in
      if let asked = request.extras?.logID, asked != logID { throw HubStoreError.logMismatch(ours: logID) }
      let kept = try LogPage.kept(db)
      if request.since < kept { throw HubStoreError.cursorTooOld(kept: kept) }
      let head = try LogPage.head(db)
      if request.extras != nil { try LogPage.check(cursor: request.since, chain: request.extras?.chain, db) }
      let limit = request.extras?.limit ?? LogPage.layerOneMax
      var writer = JSONWriter(capacity: 16_384)
      writer.beginObject()
      writer.name("changes")
      writer.beginArray()
      let entries = try Row.fetchCursor(
        db.cachedStatement(sql: LogPage.entriesAfter(isLayerOne: request.extras == nil)),
        arguments: try LogPage.arguments(of: request, limit: limit + 1, db))
      var count = 0
      var next = head
      var hasMore = false
      while let entry = try entries.next() {
        if count == limit || writer.bytes.count > LogPage.bytesMax {
          hasMore = true
          break
        }
        LogPage.write(entry, into: &writer)
        next = (Position(entry[0] as Int64), entry[9])
        count += 1
      }
      if !hasMore { next = head }
      writer.endArray()
      writer.name("latest_change_id")
      writer.integer(head.position.rawValue)
      // Layer-1 clients get these too: by them a daemon learns that it took a hub for a layer-1 server.
      writer.name("has_more")
      writer.bool(hasMore)
      writer.name("next")
      writer.integer(next.position.rawValue)
      writer.name("chain")
      writer.string(next.chain)
      writer.name("log_id")
      writer.string(logID.rawValue)
      writer.name("server_time")
      writer.string(now.description)
      writer.endObject()
      return LogPage(body: writer.bytes, count: count)
    }
  }
}

extension LogPage {
  fileprivate static func entriesAfter(isLayerOne: Bool) -> String {
    """
    SELECT log.position, "rows".entity, "rows".uuid, log.operation, log.timestamp, log.server_timestamp,
      log.client_id, log.version, log.document, log.chain
    FROM log JOIN "rows" ON "rows".id = log."row"
    WHERE log.position > ? AND NOT (\(isLayerOne ? "log.client_id = ?" : "log.sender = ? AND log.change_id <= ?"))
    ORDER BY log.position LIMIT ?
    """
  }

  fileprivate static func arguments(of request: GetRequest, limit: Int, _ db: Database) throws
    -> StatementArguments
  {
    guard let extras = request.extras else { return [request.since.rawValue, request.clientID, limit] }
    let sender = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM senders WHERE device = ? AND incarnation = ?"),
      arguments: [extras.device.rawValue, extras.incarnation.rawValue])
    return [request.since.rawValue, sender ?? 0, extras.pushed.rawValue, limit]
  }

  fileprivate static func write(_ entry: Row, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("change_id")
    writer.integer(entry[0])
    writer.name("entity")
    writer.string(entry[1])
    writer.name("entity_uuid")
    writer.string(entry[2])
    writer.name("operation")
    writer.string(entry[3])
    writer.name("timestamp")
    writer.string(entry[4])
    writer.name("server_timestamp")
    writer.string(entry[5])
    writer.name("client_id")
    writer.string(entry[6])
    writer.name("version")
    writer.integer(entry[7])
    writer.name("payload")
    writer.embedded(jsonText: entry[8] as String)
    writer.endObject()
  }
}
