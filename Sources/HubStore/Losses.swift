import GRDB
import SyncCore
import SyncWire

/// What others' changes, and those of its earlier incarnations, have taken from the device that asks (docs/protocol.md §4, lost). Most pages have none of
/// it: then one look is all that it costs.
struct Losses {
  /// The conflict records, with their entries, of which a device (`?1`) is told by an entry that is not of its present
  /// incarnation (`?2`). What a change of that one lost is told in the answer to it; it may stand at the same position.
  /// A library that was restored has not got what an earlier incarnation was told.
  static let toldByEntries = """
    FROM conflicts JOIN log ON log.position = conflicts.position JOIN senders ON senders.id = log.sender
    WHERE conflicts.losing_device = ?1 AND conflicts."row" = log."row"
      AND conflicts.sender = log.sender AND conflicts.change_id = log.change_id
      AND NOT (senders.device = ?1 AND senders.incarnation = ?2)
    """

  private let device: DeviceID
  private let incarnation: Incarnation
  /// Where the next loss is; `nil` where there is none any more.
  private var next: Position?

  init(of request: GetRequest, _ db: Database) throws {
    device = request.extras?.device ?? DeviceID(rawValue: "")
    incarnation = request.extras?.incarnation ?? Incarnation(rawValue: "")
    next = request.extras == nil ? nil : try Self.next(after: request.since, device, db)
  }

  /// What the entry at a position took; positions are asked for in order.
  mutating func taken(by position: Position, _ db: Database) throws -> Document? {
    while let found = next, found < position { next = try Self.next(after: found, device, db) }
    guard next == position else { return nil }
    let texts = try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT conflicts.losing \(Self.toldByEntries) AND conflicts.position = ?3 ORDER BY conflicts.id
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

  /// What a device lost by a change of its own when that was judged, for the answer to a retry: columns of the change,
  /// and values that an earlier life of the device had written.
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
