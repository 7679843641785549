/// The application that owns a library, as a sync client sees it: it edits rows and appends to `sync_log` in
/// one deferred transaction, with its own triggers active (protocol.md §1).
package final class SampleLibrary {
  /// A column and its value.
  package typealias Column = (name: String, value: SQLValue)

  /// The connection, for the application's work besides edits.
  package let connection: SQLiteConnection
  /// The application's `client_id`; not the device's identity.
  package let client: String
  private var random: SeededGenerator
  /// The source of its timestamps.
  package var clock: SampleClock

  /// Opens an existing library file as the application does (fact 9): WAL, busy timeout 10 s, foreign keys
  /// on.
  package init(
    _ path: String, client: String, seed: UInt64 = 1, clock: SampleClock = .real,
    busyMilliseconds: Int32 = 10_000, journal: String = "WAL"
  ) throws(SampleFailure) {
    connection = try SQLiteConnection(path, .readWrite, busyMilliseconds: busyMilliseconds)
    self.client = client
    random = SeededGenerator(seed: seed)
    self.clock = clock
    try connection.execute("PRAGMA journal_mode=\(journal); PRAGMA foreign_keys=ON;")
  }

  /// Makes several edits in one transaction; an error rolls all of them back. Within another transaction, it
  /// joins that one.
  package func edit<Result>(_ body: () throws(SampleFailure) -> Result) throws(SampleFailure) -> Result {
    if connection.isInTransaction { return try body() }
    try connection.execute("BEGIN")
    do {
      let result = try body()
      try connection.execute("COMMIT")
      return result
    } catch {
      if connection.isInTransaction { try connection.execute("ROLLBACK") }
      throw error
    }
  }

  func timestamp() -> String { clock.now() }
  func newUUID() -> String { random.uuid() }

  /// A row by its uuid.
  func row(_ entity: String, _ uuid: String) throws(SampleFailure) -> [String: SQLValue] {
    guard let row = try connection.named("SELECT * FROM \(entity) WHERE uuid = ?", [.text(uuid)]) else {
      throw SampleFailure(code: 0, description: "no \(entity) \(uuid)")
    }
    return row
  }

  /// Appends to the log.
  func log(
    _ entity: String, _ uuid: String, _ operation: String, _ at: String, version: Int64, _ payload: Payload
  ) throws(SampleFailure) {
    try connection.run(
      """
      INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(entity), .text(uuid), .text(operation), .text(at), .text(client), .integer(version),
        .text(payload.json),
      ])
  }

  /// Inserts a row and returns its local id.
  @discardableResult
  func insert(_ entity: String, _ columns: [Column]) throws(SampleFailure) -> Int64 {
    let names = columns.map(\.name).joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    try connection.run("INSERT INTO \(entity) (\(names)) VALUES (\(marks))", columns.map(\.value))
    let id = connection.lastInsertedRow
    try index(entity, id)
    return id
  }

  /// Sets columns of a row at its next version, with the full-text index, and returns that version.
  @discardableResult
  func change(
    _ entity: String, _ uuid: String, at: String, _ columns: [Column]
  ) throws(SampleFailure) -> Int64 {
    let row = try row(entity, uuid)
    guard let id = row["id"]?.integer, let version = row["version"]?.integer else {
      throw SampleFailure(code: 0, description: "\(entity) \(uuid) has no id or version")
    }
    let all =
      columns + [
        ("last_modified", .text(at)), ("version", .integer(version + 1)), ("client_id", .text(client)),
      ]
    let text = columns.contains { ["title", "content", "keyword", "deleted"].contains($0.name) }
    if text { try unindex(entity, id) }
    let changed = try connection.run(
      "UPDATE \(entity) SET \(all.map { $0.name + " = ?" }.joined(separator: ", ")) WHERE id = ? AND version = ?",
      all.map(\.value) + [.integer(id), .integer(version)])
    guard changed == 1 else {
      throw SampleFailure(code: 0, description: "\(entity) \(uuid): changed by someone else meanwhile")
    }
    if text { try index(entity, id) }
    return version + 1
  }
}
