import SyncCore

/// The changes that are held, in the library (docs/decisions/0028): since when, up to where the hub's log was read to
/// count what they take (`mediasync_state`), and the rows (table `mediasync_held`).
enum StoredHold {
  /// The step of the state's schema that makes the tables of the brake. `mediasync_taken` has the rows that changes from
  /// elsewhere took from within the window, `mediasync_live` how many live rows an entity had, and the greatest local
  /// id, before the first such change of an hour.
  static let tables = """
    CREATE TABLE mediasync_held (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      taking TEXT NOT NULL,
      position INTEGER,
      client TEXT,
      version INTEGER,
      document TEXT,
      counts INTEGER NOT NULL,
      accepted INTEGER,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    CREATE TABLE mediasync_taken (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    CREATE INDEX mediasync_taken_at ON mediasync_taken (at);
    CREATE TABLE mediasync_live (
      entity TEXT NOT NULL,
      at INTEGER NOT NULL,
      live INTEGER NOT NULL,
      newest INTEGER NOT NULL,
      PRIMARY KEY (entity, at)
    ) WITHOUT ROWID;
    """

  /// One held row or link.
  struct Row {
    var row: RowName
    var removal: RowRemoval
    var source: ChangeSource
    /// What the row would say; `nil` where it is parked, and where nobody has said it.
    var document: Document?
    /// Whether it counts: links, and children that go with their parent, do not.
    var counts: Bool
  }

  static func read(_ database: Database) throws -> Hold? {
    guard let since = try SyncState.heldSince.read(database).integer else { return nil }
    let rows = try database.firstValue(
      "SELECT count(*) FROM mediasync_held WHERE counts = 1 AND accepted IS NULL")?.integer
    return Hold(
      since: Instant(milliseconds: since), read: Position(try SyncState.heldRead.read(database).integer ?? 0),
      rows: Int(rows ?? 0))
  }

  /// Begins a hold, unless one is in force. The log is read on from the pulled cursor.
  static func begin(_ now: Instant, _ database: Database) throws {
    guard try SyncState.heldSince.read(database).isNull else { return }
    try SyncState.heldSince.write(.integer(now.milliseconds), database)
    try SyncState.heldRead.write(.integer(SyncState.pulledCursor(database).rawValue), database)
  }

  /// Ends it. The rows are the caller's.
  static func end(_ database: Database) throws {
    try SyncState.heldSince.write(.null, database)
    try SyncState.heldRead.write(.null, database)
  }

  /// Keeps a row, or the newest word on one that is held already.
  static func add(_ held: Row, _ database: Database) throws {
    let statement = try database.prepared(
      """
      INSERT INTO mediasync_held (entity, uuid, taking, position, client, version, document, counts)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET taking = excluded.taking, position = excluded.position, client = excluded.client,
        version = excluded.version, document = excluded.document, counts = excluded.counts, accepted = NULL
      """)
    statement.bind(1, held.row.entity)
    statement.bind(2, held.row.uuid)
    statement.bind(3, held.removal.rawValue)
    statement.bind(4, held.source.position.map { .integer($0.rawValue) } ?? Value.null)
    statement.bind(5, held.source.client)
    statement.bind(6, held.source.version.map { .integer($0) } ?? Value.null)
    statement.bind(7, held.document?.jsonText)
    statement.bind(8, held.counts ? 1 : 0)
    try statement.run()
  }

  /// Where what is held of a row stands in the hub's log; `nil` if nothing of it is held.
  static func position(of row: RowName, _ database: Database) throws -> Position? {
    try database.firstValue(
      "SELECT position FROM mediasync_held WHERE entity = ? AND uuid = ? AND accepted IS NULL",
      .text(row.entity),
      .text(row.uuid))?.integer.map { Position($0) }
  }

  /// A later state of the row takes nothing.
  static func remove(_ row: RowName, _ database: Database) throws {
    try database.run(
      "DELETE FROM mediasync_held WHERE entity = ? AND uuid = ? AND accepted IS NULL", .text(row.entity),
      .text(row.uuid))
  }

  /// The rows that wait, in the order of their names.
  static func rows(_ database: Database) throws -> [Row] {
    let statement = try database.prepared(
      """
      SELECT entity, uuid, taking, position, client, version, counts, document FROM mediasync_held
      WHERE accepted IS NULL ORDER BY entity, uuid
      """)
    var rows: [Row] = []
    while try statement.step() {
      rows.append(
        Row(
          row: RowName(statement.text(0), statement.text(1)),
          removal: RowRemoval(rawValue: statement.text(2)) ?? .deleted,
          source: ChangeSource(
            position: statement.value(3).integer.map { Position($0) }, client: statement.optionalText(4),
            version: statement.value(5).integer),
          document: try statement.optionalText(7).map { try Document(jsonText: $0) },
          counts: statement.integer(6) != 0))
    }
    return rows
  }
}
