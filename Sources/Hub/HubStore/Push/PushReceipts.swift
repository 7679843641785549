import GRDB
import Hashing
import SyncCore

/// The receipts of all judged changes, so that a retry gets the first answer again.
struct PushReceipts {
  /// The receipt of one judged change.
  struct Receipt {
    var content: ContentHash
    var landed: Position
    var exact: Bool
    var outcome: Outcome
    var row: Int64?
    var code: String?
    var reason: String?
  }

  /// Identifies what a change says, in the sender's words and in the hub's. The sender's words may differ
  /// between two tries if it has since learned a canonical name; the hub's may differ if it did not know a
  /// row before. A device completes a create from the row, and at the second try the row may say something
  /// else or be gone. So of a create only name, time and version count, which no two creates share. The same
  /// holds for a change that sends the row as it is now.
  struct ContentHash {
    var sent: String
    var canonical: String

    /// Hashes a change. `row` is its row under the canonical name. If the sender sends rows as they are now,
    /// payload and operation do not identify the change: by the next try the row may be gone.
    init(_ change: CanonicalChange, row: RowName, sendsCurrentRows: Bool) {
      let entry = change.pushed.entry
      if sendsCurrentRows {
        self.init(sent: entry.row, row: row, timestamp: entry.timestamp, version: entry.version)
        return
      }
      let operation = entry.operation.rawValue
      func hash(_ row: RowName, _ payload: Document) -> String {
        Self.hash(
          row: row, operation: operation, timestamp: entry.timestamp, version: entry.version, payload: payload
        )
      }
      let canonical = hash(row, change.payload)
      let isAsSent = row == entry.row && change.payload == entry.payload
      let sent =
        entry.operation == .create
        ? hash(entry.row, Document()) : isAsSent ? canonical : hash(entry.row, entry.payload)
      self.init(sent: sent, canonical: canonical)
    }

    /// Hashes an older entry of a row, if the sender sends rows as they are now.
    init(_ earlier: EarlierEntry, of row: RowName, sent name: RowName) {
      self.init(sent: name, row: row, timestamp: earlier.timestamp, version: earlier.version)
    }

    /// Hashes what distinguishes a change of a current row from others.
    private init(sent name: RowName, row: RowName, timestamp: String, version: Int64) {
      func hash(_ row: RowName) -> String {
        Self.hash(row: row, operation: "", timestamp: timestamp, version: version, payload: Document())
      }
      sent = hash(name)
      canonical = name == row ? sent : hash(row)
    }

    /// Uses one hash for both, for a change that could not be parsed.
    init(unreadable raw: String) {
      sent = HexText.of(Digest.sha256(Array(raw.utf8)).prefix(16))
      canonical = sent
    }

    /// Takes both hashes.
    init(sent: String, canonical: String) {
      self.sent = sent
      self.canonical = canonical
    }

    /// Whether both identify the same change.
    func matches(_ other: ContentHash) -> Bool { sent == other.sent || canonical == other.canonical }

    private static func hash(
      row: RowName, operation: String, timestamp: String, version: Int64, payload: Document
    ) -> String {
      var bytes = CanonicalBytes()
      bytes.add(row.entity)
      bytes.add(row.uuid)
      bytes.add(operation)
      bytes.add(timestamp)
      bytes.add(version)
      for column in payload.columns where column.name != BookkeepingColumn.uuid {
        bytes.add(column.name)
        switch column.value {
        case .null: bytes.add(0)
        case .integer(let number):
          bytes.add(1)
          bytes.add(number)
        case .real(let number):
          bytes.add(2)
          bytes.add(Int64(bitPattern: number.bitPattern))
        case .text(let text):
          bytes.add(3)
          bytes.add(text)
        }
      }
      return HexText.of(Digest.sha256(bytes.bytes).prefix(16))
    }
  }

  let db: Database
  let sender: Int64
  /// False for a layer-1 client, whose change ids may repeat: the same id with other content is another
  /// change.
  let idsAreUnique: Bool
  /// The highest change id that the sender knows the answer to. Receipts up to it may be dropped.
  private let known: ChangeID

  init(db: Database, sender: Int64, idsAreUnique: Bool, acknowledged: ChangeID) throws {
    self.db = db
    self.sender = sender
    self.idsAreUnique = idsAreUnique
    let written = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT pushed FROM senders WHERE id = ?"), arguments: [sender])
    known = max(ChangeID(written ?? 0), acknowledged)
  }

  /// The receipt of an earlier try. `content` is called only if there is one.
  ///
  /// - Throws: `HubStoreError.deviceRewound` if the id came before with other content, or if its receipt was
  ///   dropped: a device that knows the answer does not ask again, unless its library is an older copy.
  func earlier(_ changeID: ChangeID, content: () throws -> ContentHash) throws -> Receipt? {
    let found = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT sent, content, landed, exact, outcome, "row", code, reason FROM landings
          WHERE sender = ? AND change_id = ?
          """), arguments: [sender, changeID.rawValue])
    guard !found.isEmpty else {
      guard idsAreUnique, changeID <= known else { return nil }
      throw HubStoreError.deviceRewound(changeID: changeID)
    }
    let content = try content()
    for row in found {
      let hash = ContentHash(sent: row[0], canonical: row[1])
      guard hash.matches(content) else { continue }
      return Receipt(
        content: hash, landed: Position(row[2] as Int64), exact: row[3],
        outcome: Outcome(rawValue: row[4]) ?? .applied, row: row[5], code: row[6], reason: row[7])
    }
    guard idsAreUnique else { return nil }
    throw HubStoreError.deviceRewound(changeID: changeID)
  }

  /// The parts of a receipt that the sender's next change of the row needs.
  struct Earlier {
    var changeID: ChangeID
    var landed: Position
    var exact: Bool
    var content: ContentHash

    /// The columns to select for it.
    fileprivate static let columns = "change_id, landed, exact, sent, content"

    /// Takes a database row that begins with these columns.
    fileprivate init(_ row: Row) {
      changeID = ChangeID(row[0] as Int64)
      landed = Position(row[1] as Int64)
      exact = row[2]
      content = ContentHash(sent: row[3], canonical: row[4])
    }
  }

  /// The sender's receipts after a change id, by row, oldest first. After a lost reply a sender may send
  /// newer changes of the same rows instead of retrying.
  func unanswered(behind known: ChangeID) throws -> [Int64: [Earlier]] {
    let found = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT \(Earlier.columns), "row" FROM landings
          WHERE sender = ? AND change_id > ? AND "row" IS NOT NULL ORDER BY change_id
          """), arguments: [sender, known.rawValue])
    var receipts: [Int64: [Earlier]] = [:]
    while let row = try found.next() {
      receipts[row[5], default: []].append(Earlier(row))
    }
    return receipts
  }

  /// The receipt of one of the sender's changes for a row, if the hub still keeps it.
  func receipt(of change: ChangeID, row: Int64) throws -> Earlier? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT \(Earlier.columns) FROM landings
          WHERE sender = ? AND change_id = ? AND "row" = ?
          """), arguments: [sender, change.rawValue, row]
    ).map(Earlier.init)
  }

  /// Stores a receipt.
  func record(_ receipt: Receipt, of changeID: ChangeID) throws {
    // An existing receipt may be replaced: a layer-1 client may reuse an id for a change with the same
    // canonical content, and a rejected change may be sent again.
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO landings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .execute(
        arguments: [
          sender, changeID.rawValue, receipt.content.canonical, receipt.content.sent, receipt.landed.rawValue,
          receipt.exact, receipt.outcome.rawValue, receipt.row, receipt.code, receipt.reason,
        ])
  }

  /// The values of the device's own that one of its changes lost when it was judged.
  func valuesLost(by changeID: ChangeID, of device: DeviceID) throws -> Document {
    try Losses.ownValues(by: changeID, sender: sender, device, db)
  }

  /// The columns and values that the device lost by one of its own changes when it was judged.
  func losses(by changeID: ChangeID, of device: DeviceID) throws -> (lost: [String], taken: Document) {
    try Losses.own(by: changeID, sender: sender, device, db)
  }
}
