import SyncCore

/// What a transaction does about the application's log when it is not the one that it was (docs/decisions/0021).
extension LibraryTransaction {
  /// The log was emptied and begun anew. Whatever is in it now is new, and goes to the hub under a new incarnation,
  /// because its change ids come again. What the old log still had to say is gone with it, so this is a gap as well.
  /// Where rows stand in the hub's log stays as it is.
  func beginLog(_ incarnation: Incarnation) throws {
    try SyncState.incarnation.write(.text(incarnation.rawValue), database)
    try SyncState.logResetAt.write(.integer(now.milliseconds), database)
    try SyncState.logGap.write(.integer(1), database)
    // A number of the old log means another entry in this one.
    try database.run("UPDATE mediasync_quarantine SET number = NULL WHERE direction = 'push'")
    try database.run("DELETE FROM mediasync_restated")
    try database.run("DELETE FROM mediasync_stated")
    try database.run("DELETE FROM mediasync_answered")
    try database.run("DELETE FROM mediasync_requeued")
    try database.run("DELETE FROM mediasync_out_of_bounds")
    try remember(pushed: .none, entry: nil)
  }

  /// The log goes on from where it was answered, and what was sent behind that is gone or is another entry now: the file
  /// is a copy from before, or entries were deleted and their ids were given out again. What is there goes to the hub
  /// under a new incarnation; what is gone is a gap.
  func beginLogBehindPushed(_ incarnation: Incarnation) throws {
    try SyncState.incarnation.write(.text(incarnation.rawValue), database)
    try SyncState.logGap.write(.integer(1), database)
    try database.run("DELETE FROM mediasync_requeued")
    try database.run(
      "UPDATE mediasync_quarantine SET number = NULL WHERE direction = 'push' AND number > ?",
      .integer(pushed.rawValue))
    try database.run("DELETE FROM mediasync_restated WHERE change_id > ?", .integer(pushed.rawValue))
    try database.run("DELETE FROM mediasync_stated")
    try remember(pushed: pushed, entry: watermark.entry)
  }

  /// Remembers the log as it is now, answered up to a change. Ids behind that without an entry are known from now on.
  private func remember(pushed: ChangeID, entry: String?) throws {
    let highest = try StoredLogWatermark.highest(database)
    let present =
      try database.firstValue(
        "SELECT count(*) FROM sync_log WHERE change_id > ? AND change_id <= ?", .integer(pushed.rawValue),
        .integer(ChangeID.bound.rawValue))?.integer ?? 0
    try StoredLogWatermark.write(
      LogWatermark(
        pushed: pushed, entry: entry, highest: highest,
        missing: max(highest.rawValue - pushed.rawValue - present, 0)), database)
  }

  /// Entries that were not answered are gone. The library is to be compared with the hub; these ids are known from now
  /// on to have no entry.
  func noteGap(missing: Int64) throws {
    watermark.missing = missing
    watermark.highest = try max(watermark.highest, StoredLogWatermark.highest(database))
    try StoredLogWatermark.write(watermark, database)
    try SyncState.logGap.write(.integer(1), database)
  }

  /// Everything that a batch covers is answered. What tells a reset or a gap later is noted with it.
  func acknowledge(_ batch: PushBatch) throws {
    watermark = LogWatermark(
      pushed: batch.last, entry: try StoredLogWatermark.digest(ofEntry: batch.last, database),
      highest: try max(watermark.highest, StoredLogWatermark.highest(database)),
      missing: max(watermark.missing - batch.log.missing, 0))
    try StoredLogWatermark.write(watermark, database)
  }
}

/// How much a write cares about the log's being the one that it was made for.
enum LogRequirement {
  /// It speaks of nothing that the log says: where the log was reset, that is taken up first.
  case none
  /// It was made for the log as it was: where the log was reset, nothing of it is written.
  case sameLog
  /// It settles a batch of the log: the same, and the batch's own end must be there as it was read.
  case batch(PushBatch, replacesRows: Bool)
  /// It replaces rows: where entries are gone that might tell of an edit, nothing of it is written.
  case noGap
  /// It looks at each row before it replaces it: where entries are gone, that is noted first.
  case gapNoted
}

/// The log was found changed, which is kept; nothing else was written.
struct LogChangedError: Error { let change: LogChange }

extension Library {
  /// What became of the log, as far as a write cares; it is noted in the transaction.
  func noteLogChange(_ care: LogRequirement, _ transaction: LibraryTransaction) throws -> LogChange? {
    var isBatchGone = false
    if case .batch(let batch, _) = care, !transaction.isLogReset {
      let reading = try StoredLogWatermark.reading(transaction.database, at: batch.log.pushed)
      isBatchGone = batch.log.verdict(on: reading) == .reset
    }
    if transaction.isLogReset || isBatchGone && transaction.pushed == .none {
      try transaction.beginLog(Incarnation(rawValue: makeUUID()))
      return .reset
    }
    if isBatchGone {
      try transaction.beginLogBehindPushed(Incarnation(rawValue: makeUUID()))
      return .gap
    }
    switch care {
    case .none, .sameLog, .batch(_, replacesRows: false): return nil
    case .noGap, .gapNoted, .batch(_, replacesRows: true): break
    }
    guard try noteGap(transaction) else { return nil }
    if case .gapNoted = care { return nil }
    return .gap
  }

  /// Counts the entries that are still to be sent, and notes whether more of them are gone than was known.
  func noteGap(_ transaction: LibraryTransaction) throws -> Bool {
    let present = try countPending(transaction.database, pushed: transaction.pushed)
    let reading = try StoredLogWatermark.reading(
      transaction.database, at: transaction.pushed, present: present)
    guard case .gap(let missing) = transaction.watermark.verdict(on: reading) else { return false }
    try transaction.noteGap(missing: missing)
    return true
  }

  /// How often the log is read where others shorten it again and again meanwhile.
  private static let readsMax = 10

  /// The next changes of the local log, self-contained, within the limits. Log, rows and schema are read in one
  /// transaction: what is sent of a row is what the row says at the end of the batch's part of the log.
  package func nextBatch(_ limits: BatchLimits) throws(StoreError) -> PushBatch {
    try returnWhatFits(most: limits.requestBytesMax)
    var change: LogChange?
    for _ in 0..<Self.readsMax {
      let (batch, seen) = try readInTransaction { try self.readBatch(limits, $0) }
      if var batch, seen == nil {
        batch.logChange = change
        return batch
      }
      if seen == .reset { change = .reset }
      // A reset is taken up by whatever is written first. Others may write between the read and this.
      let isGap = try write { try seen == .gap && self.noteGap($0) }
      if isGap, change == nil { change = .gap }
    }
    throw .busy(path: path, waited: .zero)
  }

  private func readBatch(_ limits: BatchLimits, _ database: Database) throws -> (PushBatch?, LogChange?) {
    let transaction = try makeTransaction(database)
    if transaction.isLogReset { return (nil, .reset) }
    let highest = try StoredLogWatermark.highest(database)
    var batch = try LocalLog(
      database: database, catalogue: catalogue, layouts: layouts, aliases: transaction.aliases
    ).nextBatch(limits, transaction: transaction)
    // Ids that were read past and have no entry; behind the log's last entry, those that were given out.
    let covered = batch.last.rawValue - transaction.pushed.rawValue - Int64(batch.entries)
    let behind = batch.hasMore ? 0 : max(highest.rawValue - batch.last.rawValue, 0)
    if covered + behind > transaction.watermark.missing { return (nil, .gap) }
    batch.log = LogWatermark(
      pushed: batch.last, entry: try StoredLogWatermark.digest(ofEntry: batch.last, database),
      highest: highest,
      missing: covered)
    batch.unsendable += try EntriesOutOfBounds.read(database, limit: limits.changes)
    batch.origin = try WriteOrigin.origin(of: batch, database)
    batch.hasGap = try SyncState.logGap.read(database).integer == 1
    return (batch, nil)
  }

  /// Ends a comparison that the cycle made. Where entries went meanwhile, the gap stays.
  package func endComparison(_ reason: ComparisonReason) throws(StoreError) {
    try write { transaction in
      switch reason {
      case .logGap:
        if try self.noteGap(transaction) { return }
        try SyncState.logGap.write(.null, transaction.database)
      }
    }
  }

  /// Keeps how many rows a comparison found at the hub that this library lacks.
  package func keep(lacking: Int) throws(StoreError) {
    try write { transaction in
      try SyncState.lacking.write(.integer(Int64(lacking)), transaction.database)
      try transaction.database.run("DELETE FROM mediasync_lacking")
    }
  }
}
