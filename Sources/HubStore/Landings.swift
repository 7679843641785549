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
        sent = Self.hash(entry, row: entry.row, operation: "", payload: Document())
        canonical =
          row == entry.row ? sent : Self.hash(entry, row: row, operation: "", payload: Document())
        return
      }
      let operation = entry.operation.rawValue
      canonical = Self.hash(entry, row: row, operation: operation, payload: change.payload)
      let isAsSent = row == entry.row && change.payload == entry.payload
      sent =
        entry.operation == .create
        ? Self.hash(entry, row: entry.row, operation: operation, payload: Document())
        : isAsSent
          ? canonical : Self.hash(entry, row: entry.row, operation: operation, payload: entry.payload)
    }

    /// Hashes an older entry of a row, of a sender that sends rows as they are now.
    init(_ earlier: EarlierEntry, of row: RowName, sent name: RowName) {
      let entry = Entry(
        changeID: earlier.changeID.rawValue, row: name, operation: .update, timestamp: earlier.timestamp,
        clientID: "", version: earlier.version, payload: Document())
      sent = Self.hash(entry, row: name, operation: "", payload: Document())
      canonical = name == row ? sent : Self.hash(entry, row: row, operation: "", payload: Document())
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
      _ entry: Entry, row: RowName, operation: String, payload: Document
    ) -> String {
      var bytes = CanonicalBytes()
      bytes.add(row.entity)
      bytes.add(row.uuid)
      bytes.add(operation)
      bytes.add(entry.timestamp)
      bytes.add(entry.version)
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

  init(db: Database, sender: Int64, idsAreUnique: Bool, answered: ChangeID) throws {
    self.db = db
    self.sender = sender
    self.idsAreUnique = idsAreUnique
    let written = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT pushed FROM senders WHERE id = ?"), arguments: [sender])
    known = max(ChangeID(written ?? 0), answered)
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
  }

  /// The landings of the sender behind a change id, by row, oldest first. After a lost reply the sender may go on with
  /// newer changes of the same rows instead of asking again.
  func unanswered(behind known: ChangeID) throws -> [Int64: [Earlier]] {
    let found = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT change_id, landed, exact, "row", sent, content FROM landings
          WHERE sender = ? AND change_id > ? AND "row" IS NOT NULL ORDER BY change_id
          """), arguments: [sender, known.rawValue])
    var landings: [Int64: [Earlier]] = [:]
    while let row = try found.next() {
      landings[row[3], default: []].append(
        Earlier(
          changeID: ChangeID(row[0] as Int64), landed: Position(row[1] as Int64), exact: row[2],
          content: ContentHash(sent: row[4], canonical: row[5])))
    }
    return landings
  }

  /// The landing of one change of the sender in a row, if it is still kept.
  func landing(of change: ChangeID, row: Int64) throws -> Earlier? {
    let found = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT landed, exact, sent, content FROM landings
          WHERE sender = ? AND change_id = ? AND "row" = ?
          """), arguments: [sender, change.rawValue, row])
    return found.map {
      Earlier(
        changeID: change, landed: Position($0[0] as Int64), exact: $0[1],
        content: ContentHash(sent: $0[2], canonical: $0[3]))
    }
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
