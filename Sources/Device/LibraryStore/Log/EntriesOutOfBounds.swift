import SyncCore

/// Entries of the application's log whose change id cannot be sent: below 1, or above `ChangeID.bound`
/// (docs/protocol.md, Bounds). Each is quarantined once, and its row is queued whole under an id that can be
/// sent, as long as there is one.
///
/// AUTOINCREMENT continues from the greatest id. So after one id above the bound, every further entry of the
/// application is out of bounds until somebody repairs the log.
enum EntriesOutOfBounds {
  /// The step of the state's schema that adds the table: the ids that are already quarantined.
  static let table = "CREATE TABLE mediasync_out_of_bounds (change_id INTEGER PRIMARY KEY);"

  /// The code of their quarantine records.
  static let code = "change_id_out_of_bounds"

  /// SQL condition: the entry's id is after the id in parameter 1, or it is out of bounds and not yet
  /// quarantined.
  static let isPending = """
    (change_id > ?1 OR change_id < 1) AND (change_id BETWEEN 1 AND \(ChangeID.bound)
      OR change_id NOT IN (SELECT change_id FROM mediasync_out_of_bounds))
    """

  /// Each part is a range of the primary key, so nothing from the middle of the log is read.
  private static func new(_ columns: String) -> String {
    ["change_id < 1", "change_id > \(ChangeID.bound)"].map { range in
      """
      SELECT \(columns) FROM sync_log
      WHERE \(range) AND change_id NOT IN (SELECT change_id FROM mediasync_out_of_bounds)
      """
    }.joined(separator: " UNION ALL ")
  }

  /// The number of such entries that are not yet quarantined.
  static func count(_ database: Database) throws -> Int {
    Int(try database.firstValue("SELECT count(*) FROM (\(new("1")))")?.integer ?? 0)
  }

  /// At most `limit` of the entries that are not yet quarantined.
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
  /// Quarantines entries of the log that cannot be sent. If only the change id is the reason, the row itself
  /// is queued under another id.
  func quarantined(_ entries: [MalformedEntry]) throws {
    for entry in entries {
      try quarantine.add(.push, entry)
      guard entry.code == EntriesOutOfBounds.code, let id = entry.changeID else { continue }
      try database.run("INSERT OR IGNORE INTO mediasync_out_of_bounds VALUES (?)", .integer(id))
      guard let named = entry.row, try hasChangeIDLeft() else { continue }
      try requeueAsItIs(aliases.canonical(named))
    }
  }

  /// Queues a row whole as it is now, or the absence of a link. Returns false if there is nothing to send.
  @discardableResult
  func requeueAsItIs(_ row: RowName) throws -> Bool {
    if try requeue(row) { return true }
    // The absence of a link is a statement too, if both of its rows exist.
    guard let shape = catalogue[row.entity], shape.kind == .link, try presentDocument(row) != nil else {
      return false
    }
    try requeueLink(row, shape, stands: false, timestamp: nil, base: nil)
    return true
  }

  /// The change id for an entry that we append; `nil` leaves it to SQLite, which continues from the greatest
  /// id.
  func changeIDToAppend() throws -> Int64? {
    guard try LocalLogEnd.read(database).sequence >= ChangeID.bound.rawValue, try hasChangeIDLeft() else {
      return nil
    }
    return try StoredLogWatermark.highest(database).rawValue + 1
  }

  private func hasChangeIDLeft() throws -> Bool { try StoredLogWatermark.highest(database) < ChangeID.bound }
}
