import SyncCore

/// The state of one write transaction. Each transaction has a new one, because the file may have changed
/// since.
final class LibraryTransaction {
  let database: Database
  let catalogue: EntityCatalogue
  let writer: TableWriter
  let now: Instant
  /// Creates a uuid that no row has.
  let makeUUID: @Sendable () -> String
  var aliases: Aliases
  var notes: RowNotes
  var parked: ParkedDocuments
  var quarantine: Quarantine
  var conflicts: ConflictRecords
  let unstored: UnstoredValues
  /// What is remembered of the application's log.
  var watermark: LogWatermark
  /// Whether the log was emptied and restarted. If so, all of it is still to be sent.
  let isLogReset: Bool
  /// The pushed cursor: the hub has answered every change up to here.
  let pushed: ChangeID
  /// The last logged state of each link, by entity. Filled when first needed.
  var loggedLinks: [String: [RowName: LoggedLink]] = [:]
  /// The rows of a batch that get their keys after other rows of this library have released them.
  var waitingForKeys: Set<RowName> = []
  /// The numbers that the hub changed: entity, parent's uuid, sent number, new number.
  var renumbered: [String: [String: [Int64: Int64]]] = [:]
  /// The rows that got a new name in this transaction, by the name under which they were sent.
  var separated: [RowName: RowName] = [:]
  /// How much changes from elsewhere may take.
  let brake: Brake
  /// Whether to hold changes that take something from a live row: changes are held already, or this
  /// transaction would take too much.
  var isHolding: Bool
  /// Whether to hold such changes even if none are held yet.
  let holdsAnyway: Bool
  /// Whether this is the library's first sync. In it, the brake does not protect rows that came with the
  /// file.
  let isFirstSync: Bool
  /// Whether a person has confirmed the hub's present state, whatever it takes.
  var isExempt = false
  /// What this transaction takes from live rows.
  var taken: [RowName: RemovedRow] = [:]
  /// The entities whose live rows are counted.
  var counted: Set<String> = []

  init(
    _ database: Database, catalogue: EntityCatalogue, layouts: [String: TableLayout], aliases: Aliases,
    now: Instant, brake: Brake, holds: Bool, makeUUID: @escaping @Sendable () -> String
  ) throws {
    self.makeUUID = makeUUID
    self.brake = brake
    holdsAnyway = holds
    isHolding = try holds || !SyncState.heldSince.read(database).isNull
    isFirstSync = try SyncState.firstSync.read(database).integer == 1
    self.database = database
    self.catalogue = catalogue
    self.now = now
    self.aliases = aliases
    unstored = try UnstoredValues(database)
    writer = TableWriter(database, layouts: layouts, unstored: unstored)
    notes = try RowNotes(database)
    parked = try ParkedDocuments(database)
    quarantine = Quarantine(database: database, catalogue: catalogue, now: now)
    conflicts = ConflictRecords(database: database, catalogue: catalogue, now: now)
    watermark = try StoredLogWatermark.read(database)
    isLogReset =
      try watermark.verdict(on: StoredLogWatermark.reading(database, at: watermark.pushed)) == .reset
    pushed = isLogReset ? .none : watermark.pushed
    writer.gate = self
  }

  /// The position up to which a person has accepted what the hub's log takes; `nil` once the pulled cursor is
  /// there.
  lazy var acceptedThrough: Result<Position?, any Error> = Result {
    try SyncState.acceptedThrough.read(database).integer.map { Position($0) }
  }

  /// Completes the result of a batch with its quarantined entries and conflicts.
  func whole(_ result: PushResult) -> PushResult {
    var result = result
    (result.quarantined, result.samples) = (quarantine.count, samples)
    return result
  }

  /// Completes the result of a page in the same way.
  func whole(_ applied: PageResult) -> PageResult {
    var applied = applied
    (applied.quarantined, applied.samples) = (quarantine.count, samples)
    return applied
  }

  private var samples: ReportSamples {
    var samples = quarantine.first
    samples.add(conflicts.lost)
    return samples
  }

  /// The entries that contain documents that the library could not hold.
  lazy var restated: Result<Set<Int64>, any Error> = Result { try readRestated() }

  /// Whether any row may lack its children, and whether any row is based on answered changes. Usually none
  /// is, and then no row needs a query of its own.
  lazy var mayHoldIncomplete: Result<Bool, any Error> = Result {
    try database.hasRow("SELECT 1 FROM mediasync_incomplete LIMIT 1")
  }
  lazy var mayHoldAnswered: Result<Bool, any Error> = Result {
    try database.hasRow("SELECT 1 FROM mediasync_answered LIMIT 1")
  }

  /// The columns that show the hub's values.
  lazy var knownColumns: Result<KnownColumns, any Error> = Result { try KnownColumns(database) }

  /// The rows with unacknowledged local changes, under the hub's names.
  lazy var pendingRows: Result<Set<RowName>, any Error> = Result { try rowsPending(after: pushed) }

  /// The pending rows whose pending changes include a create.
  lazy var pendingCreations: Result<Set<RowName>, any Error> = Result {
    try rowsPending(after: pushed, operation: .create)
  }

  /// Returns the rows with local changes behind `change`, under the hub's names.
  ///
  /// - Parameter operation: counts only changes with this operation; `nil` counts all.
  func rowsPending(after change: ChangeID, operation: Operation? = nil) throws -> Set<RowName> {
    let statement = try database.prepared(
      """
      SELECT DISTINCT entity, entity_uuid FROM sync_log
      WHERE \(EntriesOutOfBounds.isPending) AND (?2 IS NULL OR operation = ?2)
      """)
    statement.bind(1, change.rawValue)
    statement.bind(2, operation?.rawValue)
    var rows: Set<RowName> = []
    while try statement.step() {
      rows.insert(aliases.canonical(RowName(statement.text(0), statement.text(1))))
    }
    return rows
  }

  /// Whether the row has an unacknowledged local change.
  func isPending(_ row: RowName) throws -> Bool { try pendingRows.get().contains(row) }

  /// Whether the row has a local change behind `change`.
  ///
  /// - Parameter asItIsNow: whether to count only changes that send the present row, not those with restated
  ///   documents.
  func isPending(_ row: RowName, after change: ChangeID, asItIsNow: Bool = false) throws -> Bool {
    for name in aliases.namesInLog(of: row) {
      let found = try database.hasRow(
        """
        SELECT 1 FROM sync_log
        WHERE entity_uuid = ?2 AND entity = ?3 AND \(EntriesOutOfBounds.isPending)
          AND (NOT ?4 OR change_id NOT IN (SELECT change_id FROM mediasync_restated)) LIMIT 1
        """, .integer(change.rawValue), .text(name), .text(row.entity), .integer(asItIsNow ? 1 : 0))
      if found { return true }
    }
    return false
  }

  /// Writes a document into its row and updates the full-text index. If the library refuses the row, the
  /// index stays unchanged.
  func placeIndexed(
    _ row: RowName, _ document: Document, serverTimestamp: String, from source: ChangeSource?
  ) throws -> TableWriter.Placement {
    var placement = TableWriter.Placement.unchanged
    var index = FullTextIndex(database, catalogue: catalogue)
    try index.include(row, document)
    try database.inSavepoint {
      try index.remove()
      placement = try writer.place(row, document, serverTimestamp: serverTimestamp, from: source)
      guard placement == .written else { return .rollback }
      try index.add()
      return .commit
    }
    return placement
  }

  /// Returns the newest entry of the application's log for a row. With `last`, counts only entries behind it
  /// whose ids are in bounds.
  func newestEntry(of row: RowName, behind last: ChangeID? = nil) throws -> Int64? {
    let bounds = last == nil ? "?1 = 0" : EntriesOutOfBounds.isPending
    return try aliases.namesInLog(of: row).compactMap { name in
      try database.firstValue(
        "SELECT max(change_id) FROM sync_log WHERE entity_uuid = ?2 AND entity = ?3 AND \(bounds)",
        .integer(last?.rawValue ?? 0), .text(name), .text(row.entity))?.integer
    }.max()
  }

  /// Returns the columns of the local row that sync, or `nil` if there is no such row.
  func currentDocument(_ row: RowName, layout: TableLayout) throws -> Document? {
    try LocalRow.read(row, layout, database)?.document
  }

  /// Returns the present row as a document, or `nil` if it is not here. A link has a document if both its
  /// ends are here.
  func presentDocument(_ row: RowName) throws -> Document? {
    guard let layout = writer.layout(of: row.entity) else { return nil }
    let shape = layout.shape
    guard shape.kind == .link else { return try currentDocument(row, layout: layout) }
    guard shape.parents.count == 2, let ends = EntityCatalogue.linkParts(of: row.uuid),
      let first = try writer.localID(shape.parents[0].entity, ends.first),
      let second = try writer.localID(shape.parents[1].entity, ends.second)
    else { return nil }
    let stands = try database.hasRow(
      """
      SELECT 1 FROM \(quoted(shape.name)) WHERE \(quoted(shape.parents[0].column)) = ?
        AND \(quoted(shape.parents[1].column)) = ?
      """, .integer(first), .integer(second))
    return [
      shape.parents[0].wireName: .text(ends.first), shape.parents[1].wireName: .text(ends.second),
      BookkeepingColumn.linked: .integer(stands ? 1 : 0),
    ]
  }
}
