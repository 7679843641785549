import SyncCore

/// Records that the application's log was reset or that entries are missing (docs/decisions/0021).
extension LibraryTransaction {
  /// Handles a log that was emptied and restarted. All its entries are new. The device sends them under a new
  /// incarnation, because their change ids repeat. Unsent entries of the old log are lost, so this is also a
  /// gap. The rows' positions in the hub's log stay valid.
  func beginLog(_ incarnation: Incarnation) throws {
    try SyncState.incarnation.write(.text(incarnation.rawValue), database)
    try SyncState.logResetAt.write(.integer(now.milliseconds), database)
    try SyncState.logGap.write(.integer(1), database)
    // In the new log, a number of the old log identifies another entry.
    try database.run("UPDATE mediasync_quarantine SET number = NULL WHERE direction = 'push'")
    try database.run("DELETE FROM mediasync_restated")
    try database.run("DELETE FROM mediasync_stated")
    try database.run("DELETE FROM mediasync_answered")
    try database.run("DELETE FROM mediasync_requeued")
    try database.run("DELETE FROM mediasync_out_of_bounds")
    try remember(pushed: .none, entry: nil)
  }

  /// Handles a log that is intact up to the pushed cursor but not behind it. The file is a copy from before a
  /// batch was sent, or entries were deleted and their ids were given out again. The device sends the present
  /// entries under a new incarnation, and the missing ones are a gap.
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

  /// Remembers the log as it is now, answered up to `pushed`. Missing ids behind that are now known to be
  /// missing.
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

  /// Records that unacknowledged entries are gone. The device must compare the library with the hub. The
  /// missing ids are now known to be missing.
  func noteGap(missing: Int64) throws {
    watermark.missing = missing
    watermark.highest = try max(watermark.highest, StoredLogWatermark.highest(database))
    try StoredLogWatermark.write(watermark, database)
    try SyncState.logGap.write(.integer(1), database)
  }

  /// Moves the pushed cursor past a batch, and stores what a later check for a reset or a gap needs.
  func acknowledge(_ batch: PushBatch) throws {
    watermark = LogWatermark(
      pushed: batch.last, entry: try StoredLogWatermark.digest(ofEntry: batch.last, database),
      highest: try max(watermark.highest, StoredLogWatermark.highest(database)),
      missing: max(watermark.missing - batch.log.missing, 0))
    try StoredLogWatermark.write(watermark, database)
  }
}

/// Which changes of the log make a write fail.
enum LogRequirement {
  /// The write does not depend on the log. If the log was reset, that is recorded first.
  case none
  /// The write was made for the log as it was. If the log was reset, it writes nothing.
  case sameLog
  /// The write settles a batch of the log. Like `sameLog`, and the batch's last entry must still be as it was
  /// read.
  case batch(PushBatch, replacesRows: Bool)
  /// The write replaces rows. If entries are gone that might have recorded an edit, it writes nothing.
  case noGap
  /// The write checks each row before it replaces it. If entries are gone, that is recorded first.
  case gapNoted
}

/// Thrown after a change of the log was found and recorded. Nothing else was written.
struct LogChangedError: Error { let change: LogChange }

extension Library {
  /// Checks the log as far as `care` requires, and records a change in the transaction.
  ///
  /// - Returns: the change; `nil` if the write may continue.
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

  /// Counts the entries that are still to be sent. Records a gap, and returns `true`, if more are gone than
  /// was known.
  func noteGap(_ transaction: LibraryTransaction) throws -> Bool {
    let present = try countPending(transaction.database, pushed: transaction.pushed)
    let reading = try StoredLogWatermark.reading(
      transaction.database, at: transaction.pushed, present: present)
    guard case .gap(let missing) = transaction.watermark.verdict(on: reading) else { return false }
    try transaction.noteGap(missing: missing)
    return true
  }

  /// How often to read the log if others keep deleting from it meanwhile.
  private static let readsMax = 10

  /// Returns the next changes of the local log, self-contained and within the limits. One transaction reads
  /// log, rows and schema, so the batch has each row as it is at the end of the batch's part of the log.
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
      // The next write records a reset. Others may write between the read and this check.
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
    // Ids in the batch's range that have no entry, and ids that were given out behind the log's last entry.
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

  /// Ends a comparison that the cycle made. If further entries have gone meanwhile, the gap stays.
  package func endComparison(_ reason: ComparisonReason) throws(StoreError) {
    try write { transaction in
      switch reason {
      case .logGap:
        if try self.noteGap(transaction) { return }
        try SyncState.logGap.write(.null, transaction.database)
      }
    }
  }

  /// Stores how many of the hub's rows a comparison found missing in this library.
  package func keep(lacking: Int) throws(StoreError) {
    try write { transaction in
      try SyncState.lacking.write(.integer(Int64(lacking)), transaction.database)
      try transaction.database.run("DELETE FROM mediasync_lacking")
    }
  }
}
