import CSQLite
import SyncCore
import Synchronization

/// One library, and what has been read of it. The file is open only while something needs it
/// (`LibrarySession`). Calls are synchronous and blocking: the owner makes all of them on one queue.
///
/// Sound as `@unchecked Sendable`: only that queue uses the object, except for two atomic flags.
package final class Library: SyncLibrary, @unchecked Sendable {
  private let connection: LibraryConnection
  let catalogue: EntityCatalogue
  var layouts: [String: TableLayout]
  private(set) var schemaCookie: Int64
  /// The full-text indexes of the file.
  var indexes: SearchIndexes
  /// When an index that is out of step was last checked.
  var indexesLookedAt: Instant?
  /// The version of the schema whose columns are noted.
  private var notedCookie: Int64
  /// Whether rows may be in quarantine because of their size, and for which request size they were last
  /// tried.
  var mayHoldTooLarge = true
  var triedForSize: Int?
  /// Whether stored values may be waiting for columns that have appeared.
  var mayFillIn = true
  private var aliases: Aliases
  private let memory: LibraryCache
  var wasRestored: Bool
  private let freshToken: @Sendable () -> WriteToken
  /// Whether a commit failed that SQLite may have made all the same. If so, the caches are read from the file
  /// again.
  private var isInDoubt = false
  let clock: @Sendable () -> Instant
  let makeUUID: @Sendable () -> String
  private let pace: StoreEnvironment
  /// Entries per write transaction. Measured times keep it near `transactionAim`.
  private var sliceSize: Int
  /// The sets of columns for which statements are cached.
  private var columnSets: Set<[String]> = []
  /// The application uses a handful of column sets, but a peer could send any number.
  private static let columnSetsMax = 256
  /// How much changes from elsewhere may take before they are held.
  package var brake = Brake.standard
  /// What the last transaction that the brake stopped would have taken.
  var stopped: [RowName: RemovedRow] = [:]
  /// The mark of the application's work that was last seen.
  var seen: LibraryVersion?
  private var seenDataVersion: Int64?
  private var pending = PendingCount()
  private let isStopping = Atomic<Bool>(false)
  private let writes = Atomic<Bool>(false)

  /// How long one write transaction should take (docs/promises.md, promise 6: aim at 50 ms).
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
    // `data_version` is comparable only within one connection.
    seenDataVersion = nil
    try connection.close()
  }

  // MARK: - SyncLibrary

  /// Returns this device's identity and position, and how much is waiting.
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

  /// Counts the entries of the log that are still to be sent, without those that others have deleted since
  /// the last count.
  func countPending(_ database: Database, pushed: ChangeID) throws -> Int64 {
    try pending.read(database, pushed: pushed, isExact: true)
  }

  /// Works through `count` items, as many at a time as fit into a short transaction. Runs one transaction
  /// even if `count` is 0.
  ///
  /// - Parameter boundary: an index that no transaction crosses.
  /// - Returns: what was done, and whether all items were worked through. A shutdown stops it in between.
  func inShortTransactions(
    _ count: Int, _ care: LogRequirement = .none, answering origin: WriteOrigin = .nothing,
    onTooMuch remedy: BrakeRemedy = .goOnWithout, endingAt boundary: Int? = nil,
    _ body: (Range<Int>, _ isLast: Bool, LibraryTransaction) throws -> PageResult
  ) throws(StoreError) -> (applied: PageResult, isWhole: Bool) {
    var total = PageResult()
    var start = 0
    repeat {
      var end = min(count, start + sliceSize)
      if let boundary, start < boundary { end = min(end, boundary) }
      let range = start..<end
      let began = pace.now()
      let applied = try write(care, answering: origin, onTooMuch: remedy) {
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

  /// Stops a page after the running transaction. Any thread may call it.
  package func requestStop() { isStopping.store(true, ordering: .relaxed) }

  /// Whether a write transaction is open. Any thread may ask.
  package var isWriting: Bool { writes.load(ordering: .relaxed) }

  /// Frees SQLite's caches: pages and prepared statements.
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

  /// Reads one state of the file, whatever others commit meanwhile.
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

  /// Runs a write transaction. Rolls it back and retries if another process begins to read, a bounded number
  /// of times. If the log is not the one that the write was made for, the transaction records that instead.
  ///
  /// - Parameters:
  ///   - origin: if the write answers a request, what the request was made from. If the library was restored
  ///     from a copy since, nothing is written.
  ///   - remedy: what to do if the write would take too much from the library.
  func write<Outcome>(
    _ care: LogRequirement = .none, answering origin: WriteOrigin = .nothing,
    onTooMuch remedy: BrakeRemedy = .goOnWithout,
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
        guard remedy == .goOnWithout else {
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
        // A derived index must never block rows: write them again without it.
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
      // Our own log entries are not news.
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

  /// Stores a new token in the file. By it `RememberedLibrary` detects a copy from another time.
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

  /// Checks that the file is the one that we wrote last. Nothing is read or written otherwise: our caches,
  /// and the requests on their way, are valid for that file only.
  private func recognise(_ database: Database) throws {
    guard try memory.recognises(database) else { throw StoreError.replaced(path: path) }
    guard isInDoubt else { return }
    aliases = try Aliases(database, catalogue: catalogue)
    pending = PendingCount()
    isInDoubt = false
  }

  /// Statements are cached per set of columns. Frees them if there are too many.
  private func releaseStatements(_ transaction: LibraryTransaction, _ database: Database) {
    columnSets.formUnion(transaction.writer.columnSets)
    guard columnSets.count > Self.columnSetsMax else { return }
    columnSets.removeAll()
    database.releaseMemory()
  }

  /// - Parameter holds: whether to hold changes that take something from a live row.
  func makeTransaction(_ database: Database, holds: Bool = false) throws -> LibraryTransaction {
    try LibraryTransaction(
      database, catalogue: indexes.catalogue, layouts: layouts, aliases: aliases, now: clock(), brake: brake,
      holds: holds, makeUUID: makeUUID)
  }

  /// Reads the layouts again if the schema cookie has changed: the application may add a column while we run.
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

  /// Notices whether the application has committed between two of our transactions.
  private func noteApplication() {
    guard let version = try? read({ try $0.firstValue("PRAGMA data_version")?.integer ?? 0 }) else { return }
    if seenDataVersion != nil, version != seenDataVersion { courtesy.applicationWasSeen() }
    seenDataVersion = version
  }
}

extension PageResult {
  /// Adds the counts of a later transaction.
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
