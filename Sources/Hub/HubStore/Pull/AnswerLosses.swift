import GRDB
import SyncCore

/// What entries after a device's cursor took from it, for answers that replace a row before the device has
/// pulled those entries (`owed`, docs/protocol.md §4, Lost).
struct AnswerLosses {
  private let db: Database
  private let device: DeviceID
  private let incarnation: Incarnation
  private let cursor: Position
  /// The rows with such losses. Read when the first answer needs it, since most batches never do.
  private var rows: Set<Int64>?
  /// How many bytes of values this reply may still carry. The device learns the rest from the entries
  /// themselves.
  private var bytesLeft = 4 << 20

  init(db: Database, device: DeviceID, incarnation: Incarnation, cursor: Position) {
    self.db = db
    self.device = device
    self.incarnation = incarnation
    self.cursor = cursor
  }

  /// Continues in another transaction: others may have taken more meanwhile.
  mutating func resume() { rows = nil }

  // The same records and values as each entry will report, so that the device recognizes them.
  private static let found = "\(Losses.reportedByEntries) AND conflicts.position > ?3"

  /// What the device is owed for a row, in log order.
  mutating func losses(ofRow row: Int64) throws -> [AnswerLoss] {
    let rows = try rowsOwed()
    guard rows.contains(row) else { return [] }
    var losses: [AnswerLoss] = []
    let found = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT conflicts.position, log.client_id, conflicts.losing \(Self.found)
            AND conflicts."row" = ?4 ORDER BY conflicts.position, conflicts.id
          """), arguments: [device.rawValue, incarnation.rawValue, cursor.rawValue, row])
    while let record = try found.next() {
      let position = Position(record[0] as Int64)
      let text: String = record[2]
      bytesLeft -= text.utf8.count
      guard bytesLeft >= 0 else { break }
      let lost = try Document(jsonText: text)
      if let last = losses.indices.last, losses[last].at == position {
        losses[last].lost = losses[last].lost.overlaid(with: lost)
      } else {
        losses.append(AnswerLoss(at: position, clientID: record[1], lost: lost))
      }
    }
    return losses
  }

  private mutating func rowsOwed() throws -> Set<Int64> {
    if let rows { return rows }
    let found = try Set(
      Int64.fetchAll(
        db.cachedStatement(sql: "SELECT DISTINCT conflicts.\"row\" \(Self.found)"),
        arguments: [device.rawValue, incarnation.rawValue, cursor.rawValue]))
    rows = found
    return found
  }
}
