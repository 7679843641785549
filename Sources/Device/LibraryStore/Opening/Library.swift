import CSQLite
import SyncCore
import Synchronization

/// One library, and what has been read of it; its file is open only while something needs it (`LibrarySession`).
/// Synchronous and blocking: whoever owns it runs it on one queue.
///
/// Sound as `@unchecked Sendable`: it is handed to that queue once and used there alone, but for two atomic flags.
package final class Library: SyncLibrary, @unchecked Sendable {
  private let connection: LibraryConnection
  let catalogue: EntityCatalogue
  var layouts: [String: TableLayout]
  private(set) var schemaCookie: Int64
  /// The full-text indexes as the file has them.
  var indexes: SearchIndexes
  /// When an index that is out of step was last looked at.
  var indexesLookedAt: Instant?
  /// The version of the schema whose columns are noted.
  private var notedCookie: Int64
  /// Rows may be in quarantine because of their size, and for which size of a request they were last tried.
  var mayHoldTooLarge = true
  var triedForSize: Int?
  /// Kept values may be waiting for columns that have appeared.
  var mayFillIn = true
  private var aliases: Aliases
  private let memory: LibraryCache
  var wasRestored: Bool
  private let freshToken: @Sendable () -> WriteToken
  /// A commit failed, and may have been made all the same: what is kept of the file beside it is read anew.
  private var isInDoubt = false
  let clock: @Sendable () -> Instant
  let makeUUID: @Sendable () -> String
  private let pace: StoreEnvironment
  /// Entries per write transaction, kept near `transactionAim` by measuring.
  private var sliceSize: Int
  /// The sets of columns that there are cached statements for.
  private var columnSets: Set<[String]> = []
  /// The application knows a handful of them; a peer could name others without end.
  private static let columnSetsMax = 256
  /// How much changes from elsewhere may take before they are held.
  package var brake = Brake.standard
  /// What the transaction would have taken that the brake stopped last.
  var stopped: [RowName: RemovedRow] = [:]
  /// What was seen of the application's work.
  var seen: LibraryVersion?
  private var seenDataVersion: Int64?
  private var pending = PendingCount()
  private let isStopping = Atomic<Bool>(false)
  private let writes = Atomic<Bool>(false)

  /// How long one write transaction should take (promise 6: aim at 50 ms).
  static let transactionAim: Duration = .milliseconds(40)

  init(
    connection: LibraryConnection, catalogue: EntityCatalogue, layouts: [String: TableLayout],
    schemaCookie: Int64, indexes: SearchIndexes, aliases: Aliases, memory: LibraryCache, wasRestored: Bool,
    freshToken: @escaping @Sendable () -> WriteToken, pace: StoreEnvironment,
    makeUUID: @escaping @Sendable () -> String,
    clock: @escaping @Sendable () -> Instant
  ) {
    self.makeUUID = makeUUID
    self.connection = connection
    self.memory = memory
    self.wasRestored = wasRestored
    self.freshToken = freshToken
    self.catalogue = catalogue
    self.layouts = layouts
    self.schemaCookie = schemaCookie
    notedCookie = schemaCookie
    self.indexes = indexes
    self.aliases = aliases
    self.clock = clock
    self.pace = pace
    sliceSize = pace.firstSlice
  }

  var path: String { connection.path }
  var courtesy: ReaderCourtesy { connection.courtesy }

  // MARK: - Open and closed

  /// Whether the file is open.
  var isOpen: Bool { connection.isOpen }

  /// Closes the file; the next statement opens it again.
  func close() throws(StoreError) {
    columnSets.removeAll()
    // It counts within one connection only.
    seenDataVersion = nil
    try connection.close()
  }

  // MARK: - SyncLibrary

  /// Who and where this device is, and what is waiting.
  package func deviceState() throws(StoreError) -> DeviceState {
    try read { database in
      let pushed = try SyncState.pushedCursor(database)
      func count(_ sql: String) throws -> Int { Int(try database.firstValue(sql)?.integer ?? 0) }
      let until = try SyncState.pausedUntil.read(database).integer.map { Instant(milliseconds: $0) }
      let isReset =
        try StoredLogWatermark.read(database).verdict(on: StoredLogWatermark.reading(database, at: pushed))
        == .reset
      var deviceState = DeviceState(
        device: DeviceID(rawValue: try SyncState.deviceID.read(database).text ?? ""),
        incarnation: Incarnation(rawValue: try SyncState.incarnation.read(database).text ?? ""),
        log: try SyncState.log.read(database).text.map { LogID(rawValue: $0) },
        pulled: try SyncState.pulledCursor(database),
        checkpoint: try StoredLogCheckpoint.read(database),
        snapshot: try StoredSnapshotProgress.read(database), pushed: pushed,
        applicationClient: try database.firstValue(
          "SELECT client_id FROM sync_log ORDER BY change_id DESC LIMIT 1")?.text,
        pendingLocal: try Int(self.pending.read(database, pushed: isReset ? .none : pushed))
          + EntriesOutOfBounds.count(database),
        parked: try count("SELECT count(*) FROM mediasync_parked"),
        quarantined: try count("SELECT count(*) FROM mediasync_quarantine"),
        conflicts: try count("SELECT count(*) FROM mediasync_conflicts"),
        pause: try SyncState.paused.read(database).integer == 1 ? Pause(until: until) : nil,
        schemaToCompare: try KnownColumns.areDue(database) ? self.schemaCookie : nil,
        indexes: self.indexes.findings)
      deviceState.hold = try StoredHold.read(database)
      deviceState.isFirstSync = try SyncState.firstSync.read(database).integer == 1
      deviceState.hasLogGap = try SyncState.logGap.read(database).integer == 1
      deviceState.hasIncompleteRows = try LibraryTransaction.hasIncompleteRows(database, self.layouts)
      deviceState.logResetAt = try SyncState.logResetAt.read(database).integer.map {
        Instant(milliseconds: $0)
      }
      // What the last comparison found, or what was noticed since.
      let noticed = try count("SELECT count(*) FROM mediasync_lacking")
      let found = try SyncState.lacking.read(database).integer.map { Int($0) }
      deviceState.lacking = noticed == 0 ? found : max(found ?? 0, noticed)
      return deviceState
    }
  }

  /// Counts the entries of the log that are still to be sent; none that went since the last count is counted.
  func countPending(_ database: Database, pushed: ChangeID) throws -> Int64 {
    try pending.read(database, pushed: pushed, isExact: true)
  }

  /// Works through `count` things, some at a time: as many as fit into a short transaction. Without any it runs one
  /// transaction all the same. Whether all of them were worked through: a daemon that leaves stops in between.
  ///
  /// - Parameter boundary: no transaction goes over it.
  func inShortTransactions(
    _ count: Int, _ care: LogRequirement = .none, answering origin: WriteOrigin = .nothing,
    onTooMuch repair: BrakeRemedy = .goOnWithout, endingAt boundary: Int? = nil,
    _ body: (Range<Int>, _ isLast: Bool, LibraryTransaction) throws -> PageResult
  ) throws(StoreError) -> (applied: PageResult, isWhole: Bool) {
    var total = PageResult()
    var start = 0
    repeat {
      var end = min(count, start + sliceSize)
      if let boundary, start < boundary { end = min(end, boundary) }
      let range = start..<end
      let began = pace.now()
      let applied = try write(care, answering: origin, onTooMuch: repair) {
        try $0.whole(body(range, end == count, $0))
      }
      let took = pace.now() - began
      noteApplication()
      adjustSlice(range.count, took: took)
      total.add(applied)
      start = end
      if courtesy.isApplicationBusy { courtesy.holdBack(after: took) }
    } while start < count && !isStopping.load(ordering: .relaxed)
    return (total, start >= count)
  }

  /// Ends a page after the transaction that runs now; callable from any thread.
  package func requestStop() { isStopping.store(true, ordering: .relaxed) }

  /// Whether a write transaction is open; callable from any thread.
  package var isWriting: Bool { writes.load(ordering: .relaxed) }

  /// Lets go of what SQLite keeps for later: pages and prepared statements.
  package func releaseMemory() {
    columnSets.removeAll()
    connection.releaseMemory()
  }

  // MARK: - Transactions

  func read<Outcome>(_ body: (Database) throws -> Outcome) throws(StoreError) -> Outcome {
    do {
      return try connection.inDatabase { database in
        try recognise(database)
        try refreshLayouts(database)
        return try body(database)
      }
    } catch { throw SQLiteFailure.storeError(error, path: path, waited: pace.busyTimeout) }
  }

  /// Reads one state of the file, whatever is committed meanwhile.
  func readInTransaction<Outcome>(_ body: (Database) throws -> Outcome) throws(StoreError) -> Outcome {
    try read { database in
      var outcome: Outcome?
      try database.inTransaction(.deferred) {
        try self.recognise(database)
        try self.refreshLayouts(database)
        outcome = try body(database)
        return .commit
      }
      guard let outcome else { preconditionFailure("the transaction has run") }
      return outcome
    }
  }

  /// Runs a write transaction, stepping back for the application's readers. Where the log is not the one that the write
  /// was made for, that is noted in its place.
  ///
  /// - Parameters:
  ///   - origin: for what answers a request, what that was made from. If it does not hold any more, nothing is written:
  ///     the library was restored from a copy meanwhile.
  ///   - remedy: what happens if it would take too much from the library.
  func write<Outcome>(
    _ care: LogRequirement = .none, answering origin: WriteOrigin = .nothing,
    onTooMuch repair: BrakeRemedy = .goOnWithout,
    _ body: (LibraryTransaction) throws -> Outcome
  ) throws(StoreError) -> Outcome {
    var stepsBack = 0
    var holds = false
    while true {
      courtesy.waitForReaders()
      let mayStepBack = stepsBack < ReaderCourtesy.stepsBackMax
      do {
        return try connection.inDatabase {
          try attempt($0, care, origin, mayStepBack: mayStepBack, holds: holds, body)
        }
      } catch let stop as BrakeError {
        guard repair == .goOnWithout else {
          stopped = stop.rows
          throw .held(path: path)
        }
        holds = true
      } catch let found as LogChangedError {
        if case .none = care { continue }
        throw .logChanged(path: path, found.change)
      } catch is ReaderCourtesy.SteppedBack {
        stepsBack += 1
      } catch let error as DatabaseError where error.resultCode == .interrupt && mayStepBack {
        stepsBack += 1
      } catch {
        // What can be made anew never stops the rows: they are written again without that index.
        if let failure = IndexOutOfStep.found(in: error), leaveAlone(failure) { continue }
        throw SQLiteFailure.storeError(error, path: path, waited: pace.busyTimeout)
      }
    }
  }

  private func attempt<Outcome>(
    _ database: Database, _ care: LogRequirement, _ origin: WriteOrigin, mayStepBack: Bool, holds: Bool,
    _ body: (LibraryTransaction) throws -> Outcome
  ) throws -> Outcome {
    try database.beginTransaction(.immediate)
    writes.store(true, ordering: .relaxed)
    defer { writes.store(false, ordering: .relaxed) }
    do {
      try recognise(database)
      try refreshLayouts(database)
      if notedCookie != schemaCookie { try KnownColumns.note(layouts, isNew: false, database) }
      let before = try LibraryVersion.read(database)
      let changes = database.totalChangesCount
      let transaction = try makeTransaction(database, holds: holds)
      if let change = try noteLogChange(care, transaction) {
        try commit(database, leaving: leaveToken(database))
        throw LogChangedError(change: change)
      }
      guard try origin.holds(in: database) else { throw StoreError.replaced(path: path) }
      if mayStepBack { courtesy.watch(database) }
      let outcome = try body(transaction)
      try transaction.checkBrake()
      courtesy.stopWatching(database)
      if mayStepBack, courtesy.someoneReads { throw ReaderCourtesy.SteppedBack() }
      let token = try database.totalChangesCount == changes ? nil : leaveToken(database)
      let after = try LibraryVersion.read(database)
      do { try commit(database, leaving: token) } catch { throw IndexOutOfStep(error, table: nil) ?? error }
      notedCookie = schemaCookie
      // What we have logged ourselves is no news.
      if seen == before { seen = after }
      aliases = transaction.aliases
      releaseStatements(transaction, database)
      return outcome
    } catch {
      courtesy.stopWatching(database)
      if database.isInsideTransaction { try database.rollback() }
      throw error
    }
  }

  /// Leaves a fresh token in the file, by which a copy from another time is told apart (`RememberedLibrary`).
  private func leaveToken(_ database: Database) throws -> WriteToken {
    let token = freshToken()
    try SyncState.writeToken.write(.text(token.rawValue), database)
    return token
  }

  private func commit(_ database: Database, leaving token: WriteToken?) throws {
    if let token { memory.willLeave(token) }
    do { try database.commit() } catch {
      isInDoubt = true
      throw error
    }
    if let token { memory.hasLeft(token) }
  }

  /// Sees to it that the file is the one that we wrote last. Nothing is read or written otherwise: what is kept beside
  /// the file, and what a request was made from, hold in that one alone.
  private func recognise(_ database: Database) throws {
    guard try memory.recognises(database) else { throw StoreError.replaced(path: path) }
    guard isInDoubt else { return }
    aliases = try Aliases(database, catalogue: catalogue)
    pending = PendingCount()
    isInDoubt = false
  }

  /// Statements are cached per set of columns: too many of them are let go.
  private func releaseStatements(_ transaction: LibraryTransaction, _ database: Database) {
    columnSets.formUnion(transaction.writer.columnSets)
    guard columnSets.count > Self.columnSetsMax else { return }
    columnSets.removeAll()
    database.releaseMemory()
  }

  /// - Parameter holds: whether what takes something from a live row is held.
  func makeTransaction(_ database: Database, holds: Bool = false) throws -> LibraryTransaction {
    try LibraryTransaction(
      database, catalogue: indexes.catalogue, layouts: layouts, aliases: aliases, now: clock(), brake: brake,
      holds: holds, makeUUID: makeUUID)
  }

  /// The application may add a column while we run: its schema cookie says so.
  private func refreshLayouts(_ database: Database) throws {
    let cookie = try database.firstValue("PRAGMA schema_version")?.integer ?? 0
    guard cookie != schemaCookie else { return }
    layouts = try LibraryOpening.layouts(catalogue, database, path: path)
    indexes = try SearchIndexes(catalogue, database)
    schemaCookie = cookie
    mayFillIn = true
  }

  private func adjustSlice(_ count: Int, took: Duration) {
    let isBusy = courtesy.isApplicationBusy
    guard count >= 10 else { return }
    let aim = isBusy ? ReaderCourtesy.transactionAim : Self.transactionAim
    let fitting = Double(count) * (aim / max(took, .microseconds(100)))
    sliceSize = Int(min(max(fitting, isBusy ? 10 : 50), isBusy ? 200 : 2000))
  }

  /// Notices that the application has committed between two transactions of ours.
  private func noteApplication() {
    guard let version = try? read({ try $0.firstValue("PRAGMA data_version")?.integer ?? 0 }) else { return }
    if seenDataVersion != nil, version != seenDataVersion { courtesy.applicationWasSeen() }
    seenDataVersion = version
  }
}

extension PageResult {
  /// Adds what a further transaction did.
  mutating func add(_ other: PageResult) {
    applied += other.applied
    skipped += other.skipped
    parked += other.parked
    quarantined += other.quarantined
    conflicts += other.conflicts
    samples.add(other.samples)
    cursor = max(cursor, other.cursor)
  }
}
