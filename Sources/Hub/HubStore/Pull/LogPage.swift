import GRDB
import SyncCore
import SyncWire

/// A page of the log as it is sent, written directly from the stored text.
package struct LogPage: Sendable {
  /// The reply's body (`/get`, docs/protocol.md §2 and §3).
  package let body: [UInt8]
  /// The number of entries. A long poll waits while it is 0.
  package let count: Int
  /// The device's check-in, if it is due to be written.
  package let checkIn: DeviceCheckIn?
}

extension LogPage {
  /// The most entries in a page for a layer-1 client.
  static let layerOneMax = 50
  /// A page ends once it has this many bytes, whatever limit the client asked for.
  static let bytesMax = 4 * 1024 * 1024
  /// A larger document gets a page of its own, so that its neighbours do not wait for it on a slow line.
  static let largeDocument = 256 * 1024
}

extension HubLibrary {
  /// The log after a client's cursor (docs/protocol.md §3, Pull). It omits what the client's current
  /// incarnation sent itself and knows to be acknowledged. This function only reads: the caller passes
  /// `checkIn` to `record`.
  package func page(_ request: GetRequest, now: Instant) throws(HubStoreError) -> LogPage {
    if let extras = request.extras {
      acknowledged.note(extras.pushed, device: extras.device, incarnation: extras.incarnation)
    }
    return try reading { [logID] db in
      if let asked = request.extras?.logID, asked != logID { throw HubStoreError.logMismatch(ours: logID) }
      if let extras = request.extras {
        try LogRange.check(cursor: request.since, chain: extras.chain, at: extras.chainAt, db)
        if try DeviceCheckIn.isGone(extras.device, db) {
          throw HubStoreError.cursorTooOld(kept: try LogRange.head(db).position)
        }
      }
      let kept = try LogRange.kept(db)
      if request.since < kept { throw HubStoreError.cursorTooOld(kept: kept) }
      let head = try LogRange.head(db)
      var writer = JSONWriter(capacity: 16_384)
      writer.beginObject()
      let (count, end) = try LogPage.writeEntries(for: request, into: &writer, db)
      let next = end ?? head
      writer.name("latest_change_id")
      writer.integer(head.position.rawValue)
      // Layer-1 clients get these too: a daemon that took a hub for a layer-1 server recognizes the hub by
      // them.
      writer.name("has_more")
      writer.bool(end != nil)
      writer.name("next")
      writer.integer(next.position.rawValue)
      writer.name("chain")
      writer.string(next.chain)
      writer.name("log_id")
      writer.string(logID.rawValue)
      writer.name("server_time")
      writer.string(now.description)
      writer.endObject()
      return LogPage(
        body: writer.bytes, count: count,
        checkIn: try DeviceCheckIn(of: request, now: now).unlessWritten(db))
    }
  }
}

extension LogPage {
  /// Writes the entries. Returns their number, and the end of the page if the log has more.
  fileprivate static func writeEntries(
    for request: GetRequest, into writer: inout JSONWriter, _ db: Database
  ) throws -> (count: Int, end: (position: Position, chain: String)?) {
    let limit = request.extras?.limit ?? layerOneMax
    var losses = try Losses(of: request, db)
    writer.name("changes")
    writer.beginArray()
    defer { writer.endArray() }
    let entries = try Row.fetchCursor(
      db.cachedStatement(sql: entriesAfter(isLayerOne: request.extras == nil)),
      arguments: try arguments(of: request, limit: limit + 1, db))
    var count = 0
    var hasLarge = false
    var last: (position: Position, chain: String)?
    while let entry = try entries.next() {
      let isLarge = (entry[StoredEntryCoding.documentColumn] as String).utf8.count > largeDocument
      let isFull = count == limit || writer.bytes.count > bytesMax || hasLarge || (isLarge && count > 0)
      if isFull { return (count, last) }
      hasLarge = isLarge
      let position = Position(entry[0] as Int64)
      writer.beginObject()
      StoredEntryCoding.writeMembers(entry, into: &writer)
      if let lost = try losses.replaced(by: position, db) {
        writer.name("lost")
        writer.document(lost)
      }
      writer.endObject()
      last = (position, entry[StoredEntryCoding.columnCount])
      count += 1
    }
    return (count, nil)
  }

  private static func entriesAfter(isLayerOne: Bool) -> String {
    """
    SELECT \(StoredEntryCoding.columns), log.chain
    FROM log JOIN "rows" ON "rows".id = log."row"
    WHERE log.position > ? AND NOT (\(isLayerOne ? "log.client_id = ?" : "log.sender = ? AND log.change_id <= ?"))
    ORDER BY log.position LIMIT ?
    """
  }

  private static func arguments(of request: GetRequest, limit: Int, _ db: Database) throws
    -> StatementArguments
  {
    guard let extras = request.extras else { return [request.since.rawValue, request.clientID, limit] }
    let sender = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT id FROM senders WHERE device = ? AND incarnation = ?"),
      arguments: [extras.device.rawValue, extras.incarnation.rawValue])
    return [request.since.rawValue, sender ?? 0, extras.pushed.rawValue, limit]
  }
}
