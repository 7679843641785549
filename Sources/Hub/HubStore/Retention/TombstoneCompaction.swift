import GRDB
import SyncCore
import SyncWire

/// Forgets deleted rows and removed links (docs/decisions/0013). The hub drops document, stamps and history.
/// It keeps the names as a tombstone, and the natural keys: devices still hold the deleted row, so no other
/// row with its key fits there.
extension HubLibrary {
  /// The most rows of one entity in one run; the next run takes the others.
  private static let forgottenMax = 50_000
  /// Rows in one transaction.
  private static let stepRows = 100
  /// Rows in one piece of the search for children.
  private static let searchedRows = 2000

  /// A deleted row that may be forgotten.
  private struct Candidate {
    var id: Int64
    var uuid: String
    var position: Position
  }

  /// Forgets the rows that were deleted at `limit` or before and that no other row refers to. Returns the
  /// number of rows.
  func forgetRows(through limit: Position) throws(HubStoreError) -> Int {
    let awaited = try reading { db in try Self.rowsAwaited(db) }
    var forgotten = 0
    // Children first: a parent that loses its last child here can go in the same run.
    for shape in judge.catalogue.shapes.reversed() {
      var candidates = try reading { db in
        try Self.candidates(of: shape.name, through: limit, db).filter { !awaited.contains($0.id) }
      }
      guard !candidates.isEmpty else { continue }
      let head = try reading { db in try LogRange.head(db).position }
      let parents = try parentsInUse(of: shape, among: Set(candidates.map(\.uuid)))
      candidates.removeAll { parents.contains($0.uuid) }
      for start in stride(from: 0, to: candidates.count, by: Self.stepRows) {
        let batch = candidates[start..<min(start + Self.stepRows, candidates.count)]
        forgotten += try writing { [catalogue = judge.catalogue] db in
          // Entries may have arrived during the search for children; check them in the transaction.
          let recent = try Self.parents(of: shape, in: catalogue, writtenAfter: head, db)
          return try batch.filter { !recent.contains($0.uuid) }
            .reduce(0) { try $0 + (Self.forget($1, shape, db) ? 1 : 0) }
        }
      }
    }
    return forgotten
  }

  /// Rows whose deletion a device may still have to learn from the answer to one of its own changes.
  private static func rowsAwaited(_ db: Database) throws -> Set<Int64> {
    try Int64.fetchSet(
      db,
      sql: """
        SELECT landings."row" FROM senders
        JOIN landings ON landings.sender = senders.id AND landings.change_id > senders.pushed
        WHERE senders.gone = 0 AND senders.device NOT LIKE '\(DeviceCheckIn.layerOnePrefix)%'
          AND landings."row" IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM senders AS later
            WHERE later.device = senders.device AND later.last_seen > senders.last_seen)
        """)
  }

  private static func candidates(of entity: String, through limit: Position, _ db: Database) throws
    -> [Candidate]
  {
    try Row.fetchAll(
      db,
      sql: """
        SELECT id, uuid, position FROM "rows"
        WHERE standing = 1 AND position <= ? AND entity = ? ORDER BY position LIMIT \(forgottenMax)
        """, arguments: [limit.rawValue, entity]
    ).map { Candidate(id: $0[0], uuid: $0[1], position: Position($0[2] as Int64)) }
  }

  /// Those of the uuids that a row refers to which is not forgotten.
  private func parentsInUse(
    of shape: EntityShape, among uuids: Set<String>
  ) throws(HubStoreError) -> Set<String> {
    var inUse: Set<String> = []
    for (child, parent) in judge.catalogue.children(of: shape.name) {
      var after: Int64? = 0
      while let start = after {
        let piece = try reading { db in
          try Row.fetchAll(
            db.cachedStatement(
              sql: """
                SELECT "rows".id, json_extract(log.document, ?) FROM "rows"
                JOIN log ON log.position = "rows".position
                WHERE "rows".id > ? AND "rows".entity = ? AND "rows".standing < 2 ORDER BY "rows".id LIMIT ?
                """), arguments: [Self.path(to: parent), start, child.name, Self.searchedRows]
          ).map { (id: $0[0] as Int64, uuid: $0[1] as String?) }
        }
        for row in piece { if let uuid = row.uuid, uuids.contains(uuid) { inUse.insert(uuid) } }
        after = piece.last?.id
      }
    }
    return inUse
  }

  /// The uuids that entries after a position refer to as their parents.
  private static func parents(
    of shape: EntityShape, in catalogue: EntityCatalogue, writtenAfter position: Position, _ db: Database
  ) throws -> Set<String> {
    var uuids: Set<String> = []
    for (child, parent) in catalogue.children(of: shape.name) {
      uuids.formUnion(
        try String.fetchSet(
          db.cachedStatement(
            sql: """
              SELECT json_extract(log.document, ?) FROM log JOIN "rows" ON "rows".id = log."row"
              WHERE log.position > ? AND "rows".entity = ? AND json_extract(log.document, ?) IS NOT NULL
              """), arguments: [path(to: parent), position.rawValue, child.name, path(to: parent)]))
    }
    return uuids
  }

  private static func path(to parent: EntityShape.Parent) -> String { "$.\"\(parent.wireName)\"" }

  /// Forgets a row, unless it was written since. Returns whether it did.
  private static func forget(_ candidate: Candidate, _ shape: EntityShape, _ db: Database) throws -> Bool {
    let text = try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT log.document FROM "rows" JOIN log ON log.position = "rows".position
          WHERE "rows".id = ? AND "rows".position = ? AND "rows".standing = 1
          """), arguments: [candidate.id, candidate.position.rawValue])
    guard let text else { return false }
    try db.cachedStatement(sql: "DELETE FROM log WHERE \"row\" = ?").execute(arguments: [candidate.id])
    let keys = TombstoneCoding.text(of: try claims(of: candidate.id, shape, try Document(jsonText: text), db))
    try db.cachedStatement(sql: "UPDATE \"rows\" SET standing = 2, stamps = ? WHERE id = ?")
      .execute(arguments: [keys, candidate.id])
    return true
  }

  /// Those of the document's natural keys that the row claims.
  private static func claims(
    of row: Int64, _ shape: EntityShape, _ document: Document, _ db: Database
  ) throws -> [KeyText] {
    try shape.naturalKeys.indices.compactMap { index in
      guard let text = shape.naturalKeys[index].text(of: document) else { return nil }
      let holder = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT \"row\" FROM keys WHERE entity = ? AND \"key\" = ? AND text = ?"),
        arguments: [shape.name, index, text])
      return holder == row ? KeyText(entity: shape.name, index: index, text: text) : nil
    }
  }
}
