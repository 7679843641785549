import GRDB
import SyncCore
import SyncWire

/// What the asking device lost to changes of other devices and of its own earlier incarnations
/// (docs/protocol.md §4, Lost). Most pages have no losses; then the check costs one query.
struct Losses {
  /// Selects the conflict records, with their entries, that a device (`?1`) learns from an entry which is not
  /// of its current incarnation (`?2`). What a change of the current incarnation lost is in the answer to
  /// that change; both may be at the same position. After a restore, the library lacks what the hub reported
  /// to an earlier incarnation.
  static let reportedByEntries = """
    FROM conflicts JOIN log ON log.position = conflicts.position JOIN senders ON senders.id = log.sender
    WHERE conflicts.losing_device = ?1 AND conflicts."row" = log."row"
      AND conflicts.sender = log.sender AND conflicts.change_id = log.change_id
      AND NOT (senders.device = ?1 AND senders.incarnation = ?2)
    """

  private let device: DeviceID
  private let incarnation: Incarnation
  /// The position of the next loss; `nil` if there are no more.
  private var next: Position?

  init(of request: GetRequest, _ db: Database) throws {
    device = request.extras?.device ?? DeviceID(rawValue: "")
    incarnation = request.extras?.incarnation ?? Incarnation(rawValue: "")
    next = request.extras == nil ? nil : try Self.next(after: request.since, device, db)
  }

  /// What the entry at a position took from the device; `nil` if nothing. Call it with ascending positions.
  mutating func replaced(by position: Position, _ db: Database) throws -> Document? {
    while let found = next, found < position { next = try Self.next(after: found, device, db) }
    guard next == position else { return nil }
    let texts = try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT conflicts.losing \(Self.reportedByEntries) AND conflicts.position = ?3 ORDER BY conflicts.id
          """), arguments: [device.rawValue, incarnation.rawValue, position.rawValue])
    guard !texts.isEmpty else { return nil }
    return try texts.reduce(Document()) { try $0.overlaid(with: Document(jsonText: $1)) }
  }

  private static func next(after position: Position, _ device: DeviceID, _ db: Database) throws -> Position? {
    try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT min(position) FROM conflicts WHERE losing_device = ? AND position > ?"),
      arguments: [device.rawValue, position.rawValue]
    ).map { Position($0) }
  }

  /// The values of a device's own change that lost when it was judged.
  static func ownValues(
    by changeID: ChangeID, sender: Int64, _ device: DeviceID, _ db: Database
  ) throws -> Document {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT losing FROM conflicts
          WHERE losing_device = ? AND sender = ? AND change_id = ? AND own = 0 ORDER BY id
          """), arguments: [device.rawValue, sender, changeID.rawValue]
    ).reduce(Document()) { try $0.overlaid(with: Document(jsonText: $1)) }
  }

  /// What a device lost by one of its own changes when it was judged, for the answer to a retry: columns of
  /// the change, and values that an earlier incarnation of the device had written.
  static func own(by changeID: ChangeID, sender: Int64, _ device: DeviceID, _ db: Database) throws
    -> (lost: [String], taken: Document)
  {
    var lost: [String] = []
    var taken = Document()
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT losing, own FROM conflicts
          WHERE losing_device = ? AND sender = ? AND change_id = ? ORDER BY id
          """), arguments: [device.rawValue, sender, changeID.rawValue])
    while let row = try rows.next() {
      let losing = try Document(jsonText: row[0])
      if row[1] { taken = taken.overlaid(with: losing) } else { lost += losing.columns.map(\.name) }
    }
    return (lost.sorted(), taken)
  }
}
