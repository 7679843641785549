import GRDB
import SyncCore

/// What a device lost in a part of the log that it skips by taking a snapshot. The losses come from changes
/// that are not of its current incarnation. The snapshot's rows report them in place of the entries
/// (docs/protocol.md §4, Snapshot). Every snapshot reports a record again until the device pulls from after
/// it, which the device does only once it has applied the whole snapshot.
struct SnapshotLosses {
  /// Whether a conflict record was reported to the device. The file stores these numbers.
  private enum ReportState: Int64 {
    /// An entry reports it, or the answer to the device's own change.
    case inTurn = 0
    /// The device skips its entry.
    case untold = 1
    /// A snapshot has reported it. The hub does not know whether the device received that.
    case told = 2
  }

  /// The most bytes of values in one row's line. A line reports at least one change, and all of them in most
  /// cases; the others stay unreported.
  static let lineBytes = 4 << 20

  private let device: DeviceID
  private let incarnation: Incarnation
  /// The rows with losses to report. Most devices have none.
  private let rows: Set<Int64>
  /// The reported records, which must be marked before the device receives them.
  private(set) var told: [Int64] = []

  init(of device: DeviceID, _ incarnation: Incarnation, _ db: Database) throws {
    self.device = device
    self.incarnation = incarnation
    rows = try Int64.fetchSet(
      db.cachedStatement(
        sql: "SELECT DISTINCT \"row\" FROM conflicts WHERE losing_device = ? AND untold > 0"),
      arguments: [device.rawValue])
  }

  /// The losses to report for a row, in log order: for each change the values that its entry would have
  /// reported, so that the device recognizes them. A repeated request gets the same answer.
  mutating func losses(ofRow row: Int64, _ db: Database) throws -> [AnswerLoss] {
    guard rows.contains(row) else { return [] }
    var losses: [AnswerLoss] = []
    var bytes = 0
    // If a change is no longer in the log, its sender's device id stands in for the client id.
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
        losses.append(AnswerLoss(at: at, clientID: record[2], lost: lost))
      }
      told.append(record[0])
    }
    return losses
  }

  /// Records what others and the device's earlier incarnations took from it in the part of the log that it
  /// skips. What changes of its current incarnation lost is in the answers to them.
  static func note(
    behind cursor: Position, through head: Position, of device: DeviceID, _ incarnation: Incarnation,
    _ db: Database
  ) throws {
    try db.execute(
      sql: """
        UPDATE conflicts SET untold = \(ReportState.untold.rawValue)
        WHERE losing_device = ?1 AND position > ?2 AND position <= ?3 AND untold = \(ReportState.inTurn.rawValue)
          AND sender IN (SELECT id FROM senders WHERE NOT (device = ?1 AND incarnation = ?4))
        """, arguments: [device.rawValue, cursor.rawValue, head.rawValue, incarnation.rawValue])
  }

  /// Marks records as reported by a snapshot.
  static func mark(_ records: [Int64], _ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "UPDATE conflicts SET untold = \(ReportState.told.rawValue) WHERE id = ?")
    for record in records { try statement.execute(arguments: [record]) }
  }

  /// A device pulls from a position: it keeps what a snapshot reported up to there, so the hub need not.
  static func acknowledge(through position: Position, by device: DeviceID, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE conflicts SET untold = \(ReportState.inTurn.rawValue)
        WHERE losing_device = ? AND position <= ? AND untold = \(ReportState.told.rawValue)
        """
    ).execute(arguments: [device.rawValue, position.rawValue])
  }
}
