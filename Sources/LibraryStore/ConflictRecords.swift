import GRDB
import SyncCore
import SyncWire

/// Values of ours that lost to another device's (table `mediasync_conflicts`): nothing is lost in silence.
struct ConflictRecords {
  let database: Database
  let now: Instant

  /// Keeps what lost and what won in its place, column by column.
  func add(
    _ row: RowName, losing: Document, winning: Document, change: ChangeID?, position: Position
  ) throws {
    precondition(!losing.isEmpty, "a conflict record holds a value that lost")
    let statement = try database.prepared(
      """
      INSERT INTO mediasync_conflicts (entity, uuid, losing, winning, change_id, position, since)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """)
    statement.bind(1, row.entity)
    statement.bind(2, row.uuid)
    statement.bind(3, losing.jsonText)
    statement.bind(4, winning.jsonText)
    statement.bind(5, change.map { .integer($0.rawValue) } ?? Value.null)
    statement.bind(6, position.rawValue)
    statement.bind(7, now.description)
    try statement.run()
  }
}
