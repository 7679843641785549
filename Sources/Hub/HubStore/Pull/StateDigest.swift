import GRDB
import Hashing
import SyncCore
import SyncWire

/// `/digest`: checksums of what the library held at a position (docs/protocol.md §4, Digest). The hub reads
/// in pieces, each in a short read transaction; the state at a position does not change in between.
extension HubLibrary {
  /// Rows in a piece.
  private static let digestPieceRows = 1000

  /// The bucket sums of every entity.
  package func digest(_ request: DigestRequest) throws(HubStoreError) -> DigestSummary {
    let at = try digestPosition(of: request)
    var sums: [String: BucketSums] = [:]
    var after: Int64 = 0
    while true {
      let (rows, last) = try reading { [after] db in try Self.rowsByNumber(after: after, at: at, db) }
      for row in rows {
        sums[row.name.entity, default: BucketSums()]
          .add(
            RowDigest(of: row.document, row.name, sha256: Digest.sha256),
            to: BucketSums.bucket(of: row.name.uuid, sha256: Digest.sha256))
      }
      guard let last else { break }
      after = last
    }
    return DigestSummary(
      at: at, logID: logID,
      entities: judge.catalogue.shapes.map { .init(name: $0.name, sums: sums[$0.name] ?? BucketSums()) })
  }

  /// The digests of the rows in one bucket.
  package func digest(
    _ request: DigestRequest, of bucket: DigestRequest.Bucket
  ) throws(HubStoreError) -> DigestBucket {
    guard judge.catalogue[bucket.entity] != nil else { throw HubStoreError.unknownEntity(bucket.entity) }
    let at = try digestPosition(of: request)
    var found: [DigestBucket.Row] = []
    var after = ""
    while true {
      let (rows, last) = try reading { [after] db in
        try Self.rowsByUUID(in: bucket, after: after, at: at, db)
      }
      found += rows.map { row in
        .init(
          uuid: row.name.uuid, changeID: row.position,
          digest: RowDigest(of: row.document, row.name, sha256: Digest.sha256))
      }
      guard let last else { break }
      after = last
    }
    return DigestBucket(at: at, bucket: bucket, rows: found)
  }

  private func digestPosition(of request: DigestRequest) throws(HubStoreError) -> Position {
    try reading { [logID] db in
      if let asked = request.logID, asked != logID { throw HubStoreError.logMismatch(ours: logID) }
      let head = try LogRange.head(db).position
      let at = request.at ?? head
      guard at <= head else { throw HubStoreError.logRewound(at: at) }
      return at
    }
  }
}

/// A row as it was at a position.
private struct PastRow {
  var name: RowName
  var position: Position
  var document: Document

  /// Takes `id, entity, uuid, position` and the document there; `nil` if the row did not exist yet.
  init?(_ row: Row, at position: Position, _ db: Database) throws {
    name = RowName(row[1], row[2])
    if row[3] <= position.rawValue {
      self.position = Position(row[3] as Int64)
      guard let text = row[4] as String? else {
        throw HubStoreError.damaged(detail: "\(name) has no document")
      }
      document = try Document(jsonText: text)
      return
    }
    let past = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT position, document FROM log WHERE "row" = ? AND position <= ? ORDER BY position DESC LIMIT 1
          """), arguments: [row[0] as Int64, position.rawValue])
    guard let past else { return nil }
    self.position = Position(past[0] as Int64)
    document = try Document(jsonText: past[1])
  }
}

extension HubLibrary {
  private static let pastRowColumns = """
    "rows".id, "rows".entity, "rows".uuid, "rows".position,
    CASE WHEN "rows".position <= ?1 THEN log.document END
    """

  /// The rows after a number; `last` is `nil` if there are no more.
  private static func rowsByNumber(
    after: Int64, at position: Position, _ db: Database
  ) throws -> (rows: [PastRow], last: Int64?) {
    try checkIsKept(position, db)
    let found = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT \(pastRowColumns) FROM "rows" JOIN log ON log.position = "rows".position
          WHERE "rows".id > ?2 AND "rows".standing < ?3 ORDER BY "rows".id LIMIT ?4
          """),
      arguments: [
        position.rawValue, after, LibrarySchema.RowStatus.tombstone.rawValue, digestPieceRows,
      ])
    var rows: [PastRow] = []
    var last: Int64?
    while let row = try found.next() {
      last = row[0]
      if let past = try PastRow(row, at: position, db) { rows.append(past) }
    }
    return (rows, last)
  }

  /// The rows of a bucket after a uuid; `last` is `nil` if there are no more.
  private static func rowsByUUID(
    in bucket: DigestRequest.Bucket, after: String, at position: Position, _ db: Database
  ) throws -> (rows: [PastRow], last: String?) {
    try checkIsKept(position, db)
    let uuids = try String.fetchAll(
      db.cachedStatement(
        sql: "SELECT uuid FROM names WHERE entity = ? AND uuid > ? ORDER BY uuid LIMIT ?"),
      arguments: [bucket.entity, after, 10 * digestPieceRows])
    let rows = try uuids.filter {
      BucketSums.bucket(of: $0, sha256: Digest.sha256) == bucket.number
    }.compactMap { uuid -> PastRow? in
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT \(pastRowColumns) FROM names JOIN "rows" ON "rows".id = names."row"
            JOIN log ON log.position = "rows".position
            WHERE names.entity = ?2 AND names.uuid = ?3 AND "rows".uuid = ?3 AND "rows".standing < ?4
            """),
        arguments: [
          position.rawValue, bucket.entity, uuid, LibrarySchema.RowStatus.tombstone.rawValue,
        ])
      return try row.flatMap { try PastRow($0, at: position, db) }
    }
    return (rows, uuids.last)
  }

  /// Checks that the log still has the state at a position.
  ///
  /// - Throws: `HubStoreError.cursorTooOld`.
  private static func checkIsKept(_ position: Position, _ db: Database) throws {
    let kept = try LogRange.kept(db)
    guard position >= kept else { throw HubStoreError.cursorTooOld(kept: kept) }
  }
}
