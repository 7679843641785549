import GRDB
import Hashing
import SyncCore

/// Where every change that was ever judged landed, so that a retry gets the answer of the first time.
struct Landings {
  /// One judged change.
  struct Landing {
    var content: ContentHash
    var landed: Position
    var exact: Bool
    var outcome: Outcome
    var row: Int64?
    var code: String?
    var reason: String?
  }

  /// What a change says: in the words of its sender, and in the hub's. The sender's own words may change between
  /// two tries, where it has learnt a canonical name meanwhile; the hub's may, where a row was unknown before. What a
  /// create left out was completed from the row, which may say something else, or be gone, by the second try: of its
  /// sender's words the name, the time and the version count, which no other create has. The same holds for a change
  /// that brings the row as it is now.
  struct ContentHash {
    var sent: String
    var canonical: String

    /// Hashes a change. `row` is where it ended, under the canonical name. Of a sender that sends rows as they are now,
    /// neither payload nor operation say what change it is: by the next try the row may be gone.
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

    /// Hashes an older entry of a row, of a sender that sends rows as they are now.
    init(_ earlier: EarlierEntry, of row: RowName, sent name: RowName) {
      self.init(sent: name, row: row, timestamp: earlier.timestamp, version: earlier.version)
    }

    /// Hashes what tells a change of a row as it is now from others.
    private init(sent name: RowName, row: RowName, timestamp: String, version: Int64) {
      func hash(_ row: RowName) -> String {
        Self.hash(row: row, operation: "", timestamp: timestamp, version: version, payload: Document())
      }
      sent = hash(name)
      canonical = name == row ? sent : hash(row)
    }

    /// Takes the one hash of a change that could not be read.
    init(unreadable raw: String) {
      sent = HexText.of(Digest.sha256(Array(raw.utf8)).prefix(16))
      canonical = sent
    }

    /// Takes both hashes.
    init(sent: String, canonical: String) {
      self.sent = sent
      self.canonical = canonical
    }

    /// Whether both are of one change.
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
  /// A layer-1 client promises nothing of its change ids: the same id with other content is another change.
  let idsAreUnique: Bool
  /// The highest change id of which the sender has said that it knows the answer. Landings up to it may be dropped.
  private let known: ChangeID

  init(db: Database, sender: Int64, idsAreUnique: Bool, acknowledged: ChangeID) throws {
    self.db = db
    self.sender = sender
    self.idsAreUnique = idsAreUnique
    let written = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT pushed FROM senders WHERE id = ?"), arguments: [sender])
    known = max(ChangeID(written ?? 0), acknowledged)
  }

  /// The landing of an earlier try. `content` is asked for only where there was one.
  ///
  /// - Throws: `HubStoreError.deviceRewound` where the id came before with other content, or where its landing is
  ///   dropped: a device that knew the answer does not ask again, unless its library is an older copy.
  func earlier(_ changeID: ChangeID, content: () throws -> ContentHash) throws -> Landing? {
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
      return Landing(
        content: hash, landed: Position(row[2] as Int64), exact: row[3],
        outcome: Outcome(rawValue: row[4]) ?? .applied, row: row[5], code: row[6], reason: row[7])
    }
    guard idsAreUnique else { return nil }
    throw HubStoreError.deviceRewound(changeID: changeID)
  }

  /// A landing as far as the sender's next change of the row stands on it.
  struct Earlier {
    var changeID: ChangeID
    var landed: Position
    var exact: Bool
    var content: ContentHash

    /// The columns that it is made of.
    fileprivate static let columns = "change_id, landed, exact, sent, content"

    /// Takes a row that begins with these columns.
    fileprivate init(_ row: Row) {
      changeID = ChangeID(row[0] as Int64)
      landed = Position(row[1] as Int64)
      exact = row[2]
      content = ContentHash(sent: row[3], canonical: row[4])
    }
  }

  /// The landings of the sender behind a change id, by row, oldest first. After a lost reply the sender may go on with
  /// newer changes of the same rows instead of asking again.
  func unanswered(behind known: ChangeID) throws -> [Int64: [Earlier]] {
    let found = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT \(Earlier.columns), "row" FROM landings
          WHERE sender = ? AND change_id > ? AND "row" IS NOT NULL ORDER BY change_id
          """), arguments: [sender, known.rawValue])
    var landings: [Int64: [Earlier]] = [:]
    while let row = try found.next() {
      landings[row[5], default: []].append(Earlier(row))
    }
    return landings
  }

  /// The landing of one change of the sender in a row, if it is still kept.
  func landing(of change: ChangeID, row: Int64) throws -> Earlier? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT \(Earlier.columns) FROM landings
          WHERE sender = ? AND change_id = ? AND "row" = ?
          """), arguments: [sender, change.rawValue, row]
    ).map(Earlier.init)
  }

  /// Records a landing.
  func record(_ landing: Landing, of changeID: ChangeID) throws {
    // A layer-1 client's ids may come again: one that says the same in the hub's words has landed already. So may what
    // was refused.
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO landings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .execute(
        arguments: [
          sender, changeID.rawValue, landing.content.canonical, landing.content.sent, landing.landed.rawValue,
          landing.exact, landing.outcome.rawValue, landing.row, landing.code, landing.reason,
        ])
  }

  /// The values that its own device lost by a change of the sender's when it was judged.
  func valuesLost(by changeID: ChangeID, of device: DeviceID) throws -> Document {
    try Losses.ownValues(by: changeID, sender: sender, device, db)
  }

  /// What its own device lost by a change of the sender's when it was judged.
  func losses(by changeID: ChangeID, of device: DeviceID) throws -> (lost: [String], taken: Document) {
    try Losses.own(by: changeID, sender: sender, device, db)
  }
}
