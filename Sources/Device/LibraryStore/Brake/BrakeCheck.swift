import SyncCore

/// The brake: it counts what remote changes take from live rows, and holds them if it is too much
/// (docs/decisions/0028).
///
/// A transaction that would take too much is not applied. A page is held as a whole, by its position. Answers
/// and snapshots are applied without the documents that take something; those are parked.
extension LibraryTransaction: ReplacementGate {
  func admits(_ replacement: RowReplacement, of row: RowName, _ source: ChangeSource) throws -> Bool {
    guard brake.isOn, !isExempt else { return true }
    try noteLiveRows(of: row.entity)
    guard let removal = replacement.removal else { return true }
    return try admits(removal, of: row, source)
  }

  func willInsert(into entity: String) throws {
    if brake.isOn, !isExempt { try noteLiveRows(of: entity) }
  }

  /// Whether a remote change may take something from a row. Counts it if so, otherwise notes the row as held.
  func admits(
    _ removal: RowRemoval, of row: RowName, _ source: ChangeSource, document: Document? = nil
  ) throws -> Bool {
    guard brake.isOn, !isExempt, try !isAccepted(row, source) else { return true }
    if isFirstSync, try !isLogged(row) { return true }
    guard isHolding else {
      taken[row] = RemovedRow(removal: removal, source: source)
      return true
    }
    try StoredHold.begin(now, database)
    try hold(row, removal, source, document: document)
    return false
  }

  /// The start of the window: what was taken since then counts.
  var windowStart: Instant { now - brake.window }

  /// Whether a person has accepted what the change takes.
  private func isAccepted(_ row: RowName, _ source: ChangeSource) throws -> Bool {
    if let accepted = try acceptedThrough.get(), let position = source.position, position <= accepted {
      return true
    }
    return try database.hasRow(
      "SELECT 1 FROM mediasync_held WHERE entity = ? AND uuid = ? AND accepted > ?",
      .text(row.entity), .text(row.uuid), .integer(windowStart.milliseconds))
  }

  /// Whether this device's log has an entry for the row, so somebody wrote it here.
  func isLogged(_ row: RowName) throws -> Bool { try newestEntry(of: row) != nil }

  /// Notes a row as held. Held deletions of its children then no longer count by themselves.
  ///
  /// - Parameter document: the row's new document, if it is not parked.
  func hold(_ row: RowName, _ removal: RowRemoval, _ source: ChangeSource, document: Document? = nil) throws {
    guard let shape = catalogue[row.entity] else { return }
    let counts = try shape.kind == .row && !goesWithParent(row, shape)
    try StoredHold.add(
      StoredHold.Row(row: row, removal: removal, source: source, document: document, counts: counts), database
    )
    guard shape.kind == .row, removal != .emptied, let id = try writer.localID(row.entity, row.uuid) else {
      return
    }
    for (child, parent) in catalogue.children(of: row.entity) where child.kind == .row {
      try database.run(
        """
        UPDATE mediasync_held SET counts = 0 WHERE entity = ?1 AND taking <> 'emptied' AND uuid IN (
          SELECT uuid FROM \(quoted(child.name)) WHERE \(quoted(parent.column)) = ?2)
        """, .text(child.name), .integer(id))
    }
  }

  /// Whether a parent of the row is deleted, or is held because a change would delete it.
  private func goesWithParent(_ row: RowName, _ shape: EntityShape) throws -> Bool {
    for parent in shape.parents {
      let goes = try database.hasRow(
        """
        SELECT 1 FROM \(quoted(shape.name)) c JOIN \(quoted(parent.entity)) p ON p.id = c.\(quoted(parent.column))
        WHERE c.uuid = ?1 AND (p.deleted <> 0 OR EXISTS (
          SELECT 1 FROM mediasync_held h WHERE h.entity = ?2 AND h.uuid = p.uuid AND h.taking <> 'emptied'
            AND h.accepted IS NULL))
        """, .text(row.uuid), .text(parent.entity))
      if goes { return true }
    }
    return false
  }

  // MARK: - The count

  /// Adds what this transaction takes to what was taken within the window.
  ///
  /// - Throws: `BrakeError` if the sum is too much.
  func checkBrake() throws {
    guard !taken.isEmpty else { return }
    try database.run("DELETE FROM mediasync_taken WHERE at <= ?", .integer(windowStart.milliseconds))
    var entities: Set<String> = []
    for (row, taken) in taken where try counts(row, taken) {
      try database.run(
        "INSERT INTO mediasync_taken VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
        .text(row.entity), .text(row.uuid), .integer(now.milliseconds))
      entities.insert(row.entity)
    }
    for entity in entities {
      let count = try database.firstValue(
        "SELECT count(*) FROM mediasync_taken WHERE entity = ?", .text(entity))
      let live = try liveRows(of: entity)
      if brake.holds(Int(count?.integer ?? 0), of: live.count) { throw BrakeError(rows: taken) }
    }
  }

  private func counts(_ row: RowName, _ taken: RemovedRow) throws -> Bool {
    guard let shape = catalogue[row.entity], shape.kind == .row else { return false }
    // A row merge removed it.
    if taken.removal == .folded { return true }
    let statement = try database.prepared("SELECT id, deleted FROM \(quoted(row.entity)) WHERE uuid = ?")
    statement.bind(1, row.uuid)
    guard try statement.step() else { return true }
    let (id, isDeleted) = (statement.integer(0), statement.integer(1) != 0)
    statement.reset()
    if taken.removal == .deleted, !isDeleted { return false }
    if try goesWithParent(row, shape) { return false }
    // A row that arrived from elsewhere within the window may be taken again: it did not exist at the
    // window's start.
    return try id <= liveRows(of: row.entity).newest || isLogged(row)
  }

  /// The number of live rows that an entity had at the window's start, and its greatest local id.
  private func liveRows(of entity: String) throws -> (count: Int, newest: Int64) {
    let statement = try database.prepared(
      "SELECT live, newest FROM mediasync_live WHERE entity = ? AND at > ? ORDER BY at LIMIT 1")
    statement.bind(1, entity)
    statement.bind(2, windowStart.milliseconds)
    defer { statement.reset() }
    if try statement.step() { return (Int(statement.integer(0)), statement.integer(1)) }
    // A first sync notes no live rows. The rows here and those that this transaction takes existed before it.
    let live =
      try database.firstValue("SELECT count(*) FROM \(quoted(entity)) WHERE deleted = 0")?.integer ?? 0
    return (Int(live) + taken.keys.count { $0.entity == entity }, .max)
  }

  /// Notes the number of live rows of an entity before the first remote change in each 24th of the window.
  private func noteLiveRows(of entity: String) throws {
    // Rows that arrive in a first sync do not count as having arrived within the window.
    guard !isFirstSync, !counted.contains(entity), catalogue[entity]?.kind == .row,
      writer.layout(of: entity) != nil
    else { return }
    counted.insert(entity)
    let step = brake.window.wholeMilliseconds / 24
    let known = try database.hasRow(
      "SELECT 1 FROM mediasync_live WHERE entity = ? AND at > ? AND at <= ?", .text(entity),
      .integer(now.milliseconds - step), .integer(now.milliseconds))
    guard !known else { return }
    let table = quoted(entity)
    // Also deletes notes in the future, left from before the clock was set back.
    try database.run(
      "DELETE FROM mediasync_live WHERE entity = ?1 AND (at <= ?2 OR at > ?3)", .text(entity),
      .integer(windowStart.milliseconds), .integer(now.milliseconds))
    try database.run(
      """
      INSERT INTO mediasync_live
        SELECT ?1, ?2, (SELECT count(*) FROM \(table) WHERE deleted = 0), (SELECT ifnull(max(id), 0) FROM \(table))
      """, .text(entity), .integer(now.milliseconds))
  }
}

/// What a transaction takes from a live row, and which change takes it.
struct RemovedRow {
  var removal: RowRemoval
  var source: ChangeSource
}

/// What to do with a transaction that would take too much.
enum BrakeRemedy {
  /// Do not apply it, and tell the caller.
  case stop
  /// Apply it without the documents that take something.
  case goOnWithout
}

/// Thrown if a transaction would take too much from the library.
struct BrakeError: Error {
  /// Everything that it would take, including links and children.
  let rows: [RowName: RemovedRow]
}
