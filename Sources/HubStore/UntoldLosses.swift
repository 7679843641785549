import GRDB
import SyncCore

/// What changes that are not of its present incarnation took from a device in a part of the log that it passes by with a snapshot: its rows tell it in
/// the place of the entries (docs/protocol.md §4, Snapshot). A record is told in every snapshot until the device pulls
/// from behind it, which it does only when it has taken the whole snapshot in.
struct UntoldLosses {
  /// How far the telling of a conflict record is. The numbers stand in the file.
  private enum Telling: Int64 {
    /// Entries tell it, or the answer to the device's own change.
    case inTurn = 0
    /// The device passes its entry by.
    case untold = 1
    /// A snapshot has told it; whether the device has that is not known.
    case told = 2
  }

  /// Values of one row in one line, in bytes. At least one change's are told, and all of them in most cases; the others
  /// stay untold.
  static let lineBytes = 4 << 20

  private let device: DeviceID
  private let incarnation: Incarnation
  /// The rows of which something is to be told: most devices have none.
  private let rows: Set<Int64>
  /// The records that were told, to be marked before the device hears of them.
  private(set) var told: [Int64] = []

  init(of device: DeviceID, _ incarnation: Incarnation, _ db: Database) throws {
    self.device = device
    self.incarnation = incarnation
    rows = try Int64.fetchSet(
      db.cachedStatement(
        sql: "SELECT DISTINCT \"row\" FROM conflicts WHERE losing_device = ? AND untold > 0"),
      arguments: [device.rawValue])
  }

  /// What the device is told of a row, in the order of the log: change by change the values that the entry would have
  /// told, by which the device knows them again. Whoever asks again is told as much.
  mutating func tell(ofRow row: Int64, _ db: Database) throws -> [OwedLoss] {
    guard rows.contains(row) else { return [] }
    var losses: [OwedLoss] = []
    var bytes = 0
    // Of a change that is no longer in the log, who sent it is left.
    let found = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT conflicts.id, conflicts.position, coalesce(log.client_id, senders.device), conflicts.losing
          FROM conflicts JOIN senders ON senders.id = conflicts.sender
          LEFT JOIN log ON log.position = conflicts.position
            AND log.sender = conflicts.sender AND log.change_id = conflicts.change_id
          WHERE conflicts.losing_device = ?1 AND conflicts.untold > 0 AND conflicts."row" = ?3
            AND NOT (senders.device = ?1 AND senders.incarnation = ?2)
          ORDER BY conflicts.position, conflicts.id
          """), arguments: [device.rawValue, incarnation.rawValue, row])
    while let record = try found.next() {
      let at = Position(record[1] as Int64)
      let text: String = record[3]
      bytes += text.utf8.count
      let lost = try Document(jsonText: text)
      if let last = losses.indices.last, losses[last].at == at {
        losses[last].lost = losses[last].lost.overlaid(with: lost)
      } else {
        guard losses.isEmpty || bytes <= Self.lineBytes else { break }
        losses.append(OwedLoss(at: at, clientID: record[2], lost: lost))
      }
      told.append(record[0])
    }
    return losses
  }

  /// Notes what others, and earlier incarnations, took from a device in the part of the log that it passes by. What the
  /// changes of its present incarnation lost is in the answers to them.
  static func note(
    behind cursor: Position, through head: Position, of device: DeviceID, _ incarnation: Incarnation,
    _ db: Database
  ) throws {
    try db.execute(
      sql: """
        UPDATE conflicts SET untold = \(Telling.untold.rawValue)
        WHERE losing_device = ?1 AND position > ?2 AND position <= ?3 AND untold = \(Telling.inTurn.rawValue)
          AND sender IN (SELECT id FROM senders WHERE NOT (device = ?1 AND incarnation = ?4))
        """, arguments: [device.rawValue, cursor.rawValue, head.rawValue, incarnation.rawValue])
  }

  /// Marks records as told.
  static func mark(_ records: [Int64], _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "UPDATE conflicts SET untold = \(Telling.told.rawValue) WHERE id = ?")
    for record in records { try statement.execute(arguments: [record]) }
  }

  /// A device pulls from a position: what a snapshot has told it up to there it keeps itself.
  static func acknowledge(through position: Position, by device: DeviceID, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE conflicts SET untold = \(Telling.inTurn.rawValue)
        WHERE losing_device = ? AND position <= ? AND untold = \(Telling.told.rawValue)
        """
    ).execute(arguments: [device.rawValue, position.rawValue])
  }
}
