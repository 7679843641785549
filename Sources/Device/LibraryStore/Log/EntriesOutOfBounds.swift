import SyncCore

/// Entries of the application's log whose change id does not travel: below 1, or above `ChangeID.bound` (docs/protocol.md,
/// Bounds). Each is set aside once, and its row is queued whole under an id that travels, as long as there is one.
///
/// AUTOINCREMENT goes on from the greatest id. So after one id above the bound, every further entry of the application is
/// out of bounds, until somebody repairs the log.
enum EntriesOutOfBounds {
  /// The step of the state's schema that adds the table: the ids that are set aside already.
  static let table = "CREATE TABLE mediasync_out_of_bounds (change_id INTEGER PRIMARY KEY);"

  /// Under what they stand in quarantine.
  static let code = "change_id_out_of_bounds"

  /// As a condition of SQL: the entry is behind the id that parameter 1 gives, or out of bounds and not set aside yet.
  static let isPending = """
    (change_id > ?1 OR change_id < 1) AND (change_id BETWEEN 1 AND \(ChangeID.bound)
      OR change_id NOT IN (SELECT change_id FROM mediasync_out_of_bounds))
    """

  /// Either side is a range of the primary key. Nothing of the log's middle is read.
  private static func new(_ columns: String) -> String {
    ["change_id < 1", "change_id > \(ChangeID.bound)"].map { range in
      """
      SELECT \(columns) FROM sync_log
      WHERE \(range) AND change_id NOT IN (SELECT change_id FROM mediasync_out_of_bounds)
      """
    }.joined(separator: " UNION ALL ")
  }

  /// How many are not set aside yet.
  static func count(_ database: Database) throws -> Int {
    Int(try database.firstValue("SELECT count(*) FROM (\(new("1")))")?.integer ?? 0)
  }

  /// At most `limit` of those that are not set aside yet.
  static func read(_ database: Database, limit: Int) throws -> [MalformedEntry] {
    let statement = try database.prepared(
      new("change_id, entity, entity_uuid, payload") + " LIMIT \(max(limit, 1))")
    defer { statement.reset() }
    var entries: [MalformedEntry] = []
    while try statement.step() {
      let isNamed = (1...2).allSatisfy { !statement.isNull($0) && !statement.isBlob($0) }
      entries.append(
        MalformedEntry(
          changeID: statement.integer(0),
          row: isNamed ? RowName(statement.text(1), statement.text(2)) : nil, code: code,
          reason: "the log's change_id \(statement.integer(0)) is not between 1 and 2^62",
          raw: String(statement.text(3).prefix(65_536))))
    }
    return entries
  }
}

extension LibraryTransaction {
  /// Sets entries of the log aside that cannot be sent. If only the change id is in the way, the row itself still goes.
  func quarantined(_ entries: [MalformedEntry]) throws {
    for entry in entries {
      try quarantine.add(.push, entry)
      guard entry.code == EntriesOutOfBounds.code, let id = entry.changeID else { continue }
      try database.run("INSERT OR IGNORE INTO mediasync_out_of_bounds VALUES (?)", .integer(id))
      guard let named = entry.row, try hasChangeIDLeft() else { continue }
      try requeueAsItIs(aliases.canonical(named))
    }
  }

  /// Queues a row whole as it is now, or that a link does not stand. False if there is nothing to say of it.
  @discardableResult
  func requeueAsItIs(_ row: RowName) throws -> Bool {
    if try requeue(row) { return true }
    // A link that does not stand is a statement too, as long as both its ends are there to be spoken of.
    guard let shape = catalogue[row.entity], shape.kind == .link, try presentDocument(row) != nil else {
      return false
    }
    try requeueLink(row, shape, stands: false, timestamp: nil, base: nil)
    return true
  }

  /// The change id for an entry of ours; `nil` leaves it to SQLite, which counts on from the greatest id.
  func changeIDToAppend() throws -> Int64? {
    guard try LocalLogEnd.read(database).sequence >= ChangeID.bound.rawValue, try hasChangeIDLeft() else {
      return nil
    }
    return try StoredLogWatermark.highest(database).rawValue + 1
  }

  private func hasChangeIDLeft() throws -> Bool { try StoredLogWatermark.highest(database) < ChangeID.bound }
}
