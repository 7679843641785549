import GRDB
import SyncCore
import SyncWire

/// The hub's log as the judge reads it and as verdicts change it, within one transaction.
///
/// It caches what it has read and written, because the children in a batch look up the same parent many
/// times.
final class LogLedger: Ledger {
  typealias Failure = any Error

  /// A row's number in the file, and its canonical uuid.
  struct Known {
    var id: Int64
    var uuid: String
    /// Whether only the row's names and natural keys are left.
    var isTombstone = false
  }

  private let db: Database
  private var names: [RowName: Known?] = [:]
  private var states: [Int64: RowState] = [:]
  private(set) var head: Position
  private(set) var chain: String
  private var nextRow: Int64
  /// How many more documents of row histories may be read in this transaction.
  private var pastLeft = LogLedger.pastPerTransaction

  /// The most documents of one row's history that are read for one change. Beyond it, the change competes
  /// with the whole row, at the cost of an additional conflict record.
  private static let pastPerChange = 1000
  /// The same limit for all changes of a transaction. It bounds how long others wait.
  private static let pastPerTransaction = 20_000

  init(_ db: Database) throws {
    self.db = db
    (head, chain) = try LogRange.head(db)
    nextRow = try Self.nextRow(db)
  }

  private static func nextRow(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT max(id) + 1 FROM \"rows\"") ?? 1
  }

  /// Continues in another transaction: clears the caches, because others may have written since.
  func resume() throws {
    names.removeAll()
    states.removeAll()
    (head, chain) = try LogRange.head(db)
    nextRow = try Self.nextRow(db)
    pastLeft = Self.pastPerTransaction
  }

  /// Whether this transaction has read so much history that the work should continue in another one.
  var isSpent: Bool { pastLeft < Self.pastPerChange }

  /// Whether the log entry at a position comes from this change of the sender.
  func isEntry(at position: Position, of change: ChangeID, by sender: Int64) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM log WHERE position = ? AND sender = ? AND change_id = ?"),
      arguments: [position.rawValue, sender, change.rawValue]) ?? false
  }

  /// The row with this name or alias; `nil` if the hub has never seen it.
  func known(_ row: RowName) throws -> Known? {
    if let remembered = names[row] { return remembered }
    let found = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT "rows".id, "rows".uuid, "rows".standing FROM names JOIN "rows" ON "rows".id = names."row"
          WHERE names.entity = ? AND names.uuid = ?
          """), arguments: [row.entity, row.uuid])
    let known = found.map {
      Known(id: $0[0], uuid: $0[1], isTombstone: $0[2] == LibrarySchema.RowStatus.tombstone.rawValue)
    }
    names[row] = .some(known)
    return known
  }

  func canonicalUUID(of row: RowName) throws -> String? { try known(row)?.uuid }

  func isTombstone(_ row: RowName) throws -> Bool { try known(row)?.isTombstone ?? false }

  func state(of row: RowName) throws -> RowState? {
    guard let known = try known(row) else { return nil }
    return try state(ofRow: known.id)
  }

  /// The current state of the row with this number.
  func state(ofRow id: Int64) throws -> RowState? {
    if let state = states[id] { return state }
    let found = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT log.document, "rows".version, "rows".position, "rows".stamps
          FROM "rows" JOIN log ON log.position = "rows".position WHERE "rows".id = ?
          """), arguments: [id])
    guard let found else { return nil }
    let state = RowState(
      document: try Document(jsonText: found[0]), version: found[1], position: Position(found[2] as Int64),
      stamps: try ColumnStamps(text: found[3]))
    states[id] = state
    return state
  }

  func document(of row: RowName, at position: Position) throws -> Document? {
    guard let known = try known(row) else { return nil }
    let text = try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT document FROM log WHERE "row" = ? AND position <= ? ORDER BY position DESC LIMIT 1
          """), arguments: [known.id, position.rawValue])
    return try text.map { try Document(jsonText: $0) }
  }

  func history(of row: RowName, holds isLookedFor: (Document) -> Bool) throws -> Bool {
    guard let known = try known(row) else { return false }
    let texts = try String.fetchCursor(
      db.cachedStatement(sql: "SELECT document FROM log WHERE \"row\" = ? ORDER BY position DESC LIMIT ?"),
      arguments: [known.id, min(pastLeft, Self.pastPerChange)])
    while let text = try texts.next() {
      pastLeft -= 1
      if isLookedFor(try Document(jsonText: text)) { return true }
    }
    return false
  }

  func holder(of key: KeyText) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT "rows".uuid FROM keys JOIN "rows" ON "rows".id = keys."row"
          WHERE keys.entity = ? AND keys."key" = ? AND keys.text = ?
          """), arguments: [key.entity, key.index, key.text])
  }

  func greatestNumber(beside document: Document, _ shape: EntityShape, key index: Int) throws -> Int64? {
    try NumberIndex.greatest(beside: document, shape, key: index, db)
  }

  func twinNumber(of document: Document, _ shape: EntityShape, key index: Int) throws -> Int64? {
    try NumberIndex.twin(of: document, shape, key: index, db)
  }

  /// Whether the row with this number is forgotten.
  func isTombstone(ofRow id: Int64) throws -> Bool {
    guard states[id] == nil else { return false }
    return try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT standing FROM \"rows\" WHERE id = ?"), arguments: [id])
      == LibrarySchema.RowStatus.tombstone.rawValue
  }

  /// The client id in the newest change that a device made to a row; `nil` if the log has none.
  func newestClient(ofRow id: Int64, by device: DeviceID) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT log.client_id FROM log JOIN senders ON senders.id = log.sender
          WHERE log."row" = ? AND senders.device = ? ORDER BY log.position DESC LIMIT 1
          """), arguments: [id, device.rawValue])
  }

  /// When the sender made the newest change of a row, by the sender's clock; `nil` if the newest change is
  /// not by this sender.
  func timeOfNewestChange(of row: RowName, by sender: Int64) throws -> Instant? {
    guard let known = try known(row) else { return nil }
    return try String.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT log.timestamp FROM "rows" JOIN log ON log.position = "rows".position
          WHERE "rows".id = ? AND log.sender = ?
          """), arguments: [known.id, sender]
    ).flatMap { Instant($0) }
  }

  /// The canonical name of the row with this number.
  func name(ofRow id: Int64) throws -> RowName? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT entity, uuid FROM \"rows\" WHERE id = ?"), arguments: [id]
    )
    .map { RowName($0[0], $0[1]) }
  }
}

extension LogLedger {
  /// The sender of a change, and the change's id there.
  struct Source {
    /// The hub's own number as a sender. Device numbers begin at 1.
    static let hub: Int64 = 0

    var sender: Int64
    var changeID: ChangeID
    var clientID: String
    var timestamp: String
  }

  /// Carries out a verdict. Returns the row's number; `nil` if the hub has no such row.
  func apply(_ verdict: Verdict, from source: Source, shape: EntityShape, now: String) throws -> Int64? {
    if let alias = verdict.alias, let known = try known(verdict.row) {
      if let tombstone = try self.known(alias) {
        if tombstone.id != known.id { try handOver(tombstone, alias, to: known.id) }
      } else {
        try name(alias, row: known.id, uuid: known.uuid)
      }
    }
    if let written = verdict.written {
      try append(written, verdict.row, from: source, shape: shape, now: now)
    }
    let row = try known(verdict.row)?.id
    if let row {
      for conflict in verdict.conflicts { try record(conflict, row: row, from: source, now: now) }
    }
    return row
  }

  private func append(
    _ written: Verdict.Written, _ row: RowName, from source: Source, shape: EntityShape, now: String
  ) throws {
    let known = try known(row)
    let id = known?.id ?? nextRow
    var released = written.released
    if known == nil {
      nextRow += 1
      try name(row, row: id, uuid: row.uuid)
    } else if written.isNew {
      // A forgotten row is created again under its name and its aliases.
      released = try keys(ofTombstone: id, row.entity)
      for key in written.claimed where !released.contains(key) { try release(key, for: id) }
      names.removeAll()
    }
    let position = Position(head.rawValue + 1)
    let document = written.document.jsonText
    let client = written.document[BookkeepingColumn.clientID]?.text ?? source.clientID
    let entry = LogChain.Entry(
      position: position, row: row, operation: written.operation, timestamp: source.timestamp,
      serverTimestamp: now, clientID: client, version: written.version, document: document)
    chain = LogChain.next(after: chain, entry)
    try db.cachedStatement(sql: "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
      arguments: [
        position.rawValue, id, written.operation.rawValue, source.timestamp, now, client, written.version,
        source.sender, source.changeID.rawValue, chain, document,
      ])
    let stamps = written.stamps.text
    let status: LibrarySchema.RowStatus = shape.isDeleted(written.document) ? .deleted : .live
    if known == nil {
      try db.cachedStatement(sql: "INSERT INTO \"rows\" VALUES (?, ?, ?, ?, ?, ?, ?)").execute(
        arguments: [
          id, row.entity, row.uuid, position.rawValue, written.version, stamps, status.rawValue,
        ])
    } else {
      try db.cachedStatement(
        sql: "UPDATE \"rows\" SET position = ?, version = ?, stamps = ?, standing = ? WHERE id = ?"
      ).execute(arguments: [position.rawValue, written.version, stamps, status.rawValue, id])
    }
    try move(from: released, to: written.claimed, row: id)
    try NumberIndex.note(id, written.document, shape, db)
    head = position
    states[id] = RowState(
      document: written.document, version: written.version, position: position, stamps: written.stamps)
  }

  private func move(from released: [KeyText], to claimed: [KeyText], row: Int64) throws {
    for key in released where !claimed.contains(key) {
      try db.cachedStatement(
        sql: "DELETE FROM keys WHERE entity = ? AND \"key\" = ? AND text = ? AND \"row\" = ?"
      )
      .execute(arguments: [key.entity, key.index, key.text, row])
    }
    for key in claimed {
      // Another row may have this key: it has given it up, or gives it up by a later change of the same
      // sender.
      try db.cachedStatement(sql: "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)")
        .execute(arguments: [key.entity, key.index, key.text, row])
    }
  }

  private func name(_ name: RowName, row: Int64, uuid: String) throws {
    try db.cachedStatement(sql: "INSERT INTO names VALUES (?, ?, ?)")
      .execute(arguments: [name.entity, name.uuid, row])
    names[name] = Known(id: row, uuid: uuid)
  }

  /// Takes a key from another forgotten row. The two rows were one thing.
  private func release(_ key: KeyText, for id: Int64) throws {
    guard let uuid = try holder(of: key), let tombstone = try known(RowName(key.entity, uuid)),
      tombstone.isTombstone,
      tombstone.id != id
    else { return }
    try handOver(tombstone, RowName(key.entity, uuid), to: id)
  }

  /// Merges a forgotten row into the row that now holds its key: they were one thing all along. Its names,
  /// conflict records and receipts move to that row.
  private func handOver(_ tombstone: Known, _ name: RowName, to row: Int64) throws {
    for key in try keys(ofTombstone: tombstone.id, name.entity) {
      try db.cachedStatement(
        sql: "DELETE FROM keys WHERE entity = ? AND \"key\" = ? AND text = ? AND \"row\" = ?"
      ).execute(arguments: [key.entity, key.index, key.text, tombstone.id])
    }
    for table in ["names", "conflicts", "landings"] {
      try db.cachedStatement(sql: "UPDATE \(table) SET \"row\" = ? WHERE \"row\" = ?")
        .execute(arguments: [row, tombstone.id])
    }
    try NumberIndex.forget(tombstone.id, db)
    try db.cachedStatement(sql: "DELETE FROM \"rows\" WHERE id = ?").execute(arguments: [tombstone.id])
    names.removeAll()
  }

  private func keys(ofTombstone id: Int64, _ entity: String) throws -> [KeyText] {
    let text = try String.fetchOne(
      db.cachedStatement(sql: "SELECT stamps FROM \"rows\" WHERE id = ? AND standing = 2"), arguments: [id])
    return try text.map { try TombstoneCoding.keys(of: entity, in: $0) } ?? []
  }

  private func record(_ conflict: ColumnConflict, row: Int64, from source: Source, now: String) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO conflicts
          ("row", position, losing, winning, losing_device, recorded, sender, change_id, own)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        row, head.rawValue, conflict.losing.jsonText, conflict.winning.jsonText,
        conflict.losingDevice.rawValue, now, source.sender, source.changeID.rawValue,
        conflict.isOwn,
      ])
  }
}
