import GRDB
import SyncCore
import SyncWire

/// Streams the current rows as protocol lines, one piece at a time (docs/protocol.md §4, Snapshot). Each
/// piece is one short read transaction, so a slow client holds nothing back. A row has the state of the
/// moment when its piece is read.
package struct SnapshotStream: Sendable {
  /// The most rows in a piece.
  static let pieceRows = 500
  /// A piece ends once it has this many bytes.
  static let pieceBytes = 256 * 1024
  /// A reply with a row limit ends once it has this many bytes.
  static let limitedBytes = 4 * 1024 * 1024

  private let device: DeviceID
  private let incarnation: Incarnation
  private let header: SnapshotLine.Header
  private let limit: Int?
  /// The index of the next entity in the catalogue, and the last uuid sent of it.
  private var entity = 0
  private var after = ""
  private var rows = 0
  private var bytes = 0
  private var stage = Stage.header

  /// The header comes first, then the rows, then the end line.
  private enum Stage { case header, rows, ended }

  fileprivate init(for request: SnapshotRequest, header: SnapshotLine.Header) {
    device = request.device
    incarnation = request.incarnation
    self.header = header
    limit = request.limit
  }

  fileprivate mutating func resume(after row: RowName, entity index: Int) {
    entity = index
    after = row.uuid
  }

  /// Reads the next lines; `nil` after the end line. `library` must be the one that the snapshot was started
  /// with. This call blocks. The stream does not hold the library, because a client that does not read must
  /// not keep its file open.
  package mutating func next(from library: HubLibrary) throws(HubStoreError) -> [UInt8]? {
    // A person may have replaced the library's file with another log since.
    guard library.logID == header.logID else { throw HubStoreError.logMismatch(ours: library.logID) }
    switch stage {
    case .ended: return nil
    case .header:
      stage = .rows
      return SnapshotLine.header(header).encoded()
    case .rows: break
    }
    let shapes = library.judge.catalogue.shapes
    while entity < shapes.count, !isFull {
      let lines = try piece(of: shapes[entity].name, library)
      if lines.isWhole {
        entity += 1
        after = ""
      }
      guard !lines.bytes.isEmpty else { continue }
      bytes += lines.bytes.count
      return lines.bytes
    }
    stage = .ended
    let isComplete = entity == shapes.count
    return SnapshotLine.end(.init(rows: Int64(rows), complete: isComplete)).encoded()
  }

  private var isFull: Bool { limit.map { rows >= $0 || bytes >= Self.limitedBytes } ?? false }

  private mutating func piece(
    of name: String, _ library: HubLibrary
  ) throws(HubStoreError) -> (bytes: [UInt8], isWhole: Bool) {
    let wanted = min(Self.pieceRows, limit.map { $0 - rows } ?? Self.pieceRows)
    let after = after
    let (piece, told) = try library.reading { [device, incarnation] db in
      var losses = try SnapshotLosses(of: device, incarnation, db)
      return (try Self.read(wanted, of: name, after: after, &losses, db), losses.told)
    }
    // Mark the losses before the lines are sent. An unmarked loss stays in the hub; a marked one may go once
    // it is acknowledged.
    if !told.isEmpty { try library.writing { db in try SnapshotLosses.mark(told, db) } }
    rows += piece.count
    self.after = piece.last ?? after
    return (piece.bytes, piece.isWhole)
  }

  private typealias Piece = (bytes: [UInt8], count: Int, last: String?, isWhole: Bool)

  private static func read(
    _ wanted: Int, of name: String, after: String, _ losses: inout SnapshotLosses, _ db: Database
  ) throws -> Piece {
    let found = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT \(StoredEntryCoding.columns), "rows".standing, "rows".id
          FROM names JOIN "rows" ON "rows".id = names."row" AND "rows".uuid = names.uuid
          LEFT JOIN log ON log.position = "rows".position AND log."row" = "rows".id
          WHERE names.entity = ? AND names.uuid > ? ORDER BY names.uuid LIMIT ?
          """), arguments: [name, after, wanted])
    var writer = JSONWriter(capacity: 65_536)
    var count = 0
    var last: String?
    while let row = try found.next() {
      writer.beginObject()
      if row[StoredEntryCoding.columnCount] == LibrarySchema.RowStatus.tombstone.rawValue {
        writeForgotten(row, into: &writer)
      } else {
        StoredEntryCoding.writeMembers(row, into: &writer)
      }
      AnswerLossCoding.encode(
        try losses.losses(ofRow: row[StoredEntryCoding.columnCount + 1], db), into: &writer)
      writer.endObject()
      writer.endLine()
      count += 1
      last = row[2]
      if writer.bytes.count >= pieceBytes { return (writer.bytes, count, last, false) }
    }
    return (writer.bytes, count, last, count < wanted)
  }

  private static func writeForgotten(_ row: Row, into writer: inout JSONWriter) {
    writer.name("entity")
    writer.string(row[1])
    writer.name("entity_uuid")
    writer.string(row[2])
    writer.name("forgotten")
    writer.bool(true)
  }
}

extension HubLibrary {
  /// Starts a snapshot. With the first piece, the hub counts the device at the log's end, and as returned if
  /// it was declared gone.
  package func snapshot(_ request: SnapshotRequest, now: Instant) throws(HubStoreError) -> SnapshotStream {
    let head = try reading { [logID] db in
      if let asked = request.logID, asked != logID { throw HubStoreError.logMismatch(ours: logID) }
      try LogRange.check(cursor: .start, chain: request.chain, at: request.chainAt, db)
      return try LogRange.head(db)
    }
    let header = SnapshotLine.Header(
      changeID: head.position, chain: ChainValue(rawValue: head.chain), logID: logID,
      serverTime: now.description)
    var stream = SnapshotStream(for: request, header: header)
    if let after = request.after {
      let index = judge.catalogue.shapes.firstIndex { $0.name == after.entity }
      guard let index else { throw HubStoreError.unknownEntity(after.entity) }
      stream.resume(after: after, entity: index)
    } else {
      let checkIn = DeviceCheckIn(of: request, from: head.position, now: now)
      try writing { db in
        let cursor = try Self.devices(db).first { $0.id == request.device }?.processed ?? head.position
        try SnapshotLosses.note(
          behind: cursor, through: head.position, of: request.device, request.incarnation, db)
        try checkIn.write(db)
        try db.execute(
          sql: "UPDATE senders SET gone = 0 WHERE device = ?", arguments: [request.device.rawValue])
      }
    }
    return stream
  }
}
