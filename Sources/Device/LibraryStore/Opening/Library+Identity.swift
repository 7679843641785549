import SyncCore

/// Who this device is, which log it is in step with, and whether it works at all.
extension Library {
  /// Keeps the log that the cursors belong to. Cursors that stand without one are those of a layer-1 server that
  /// has become a hub, or was one all the time: they mean nothing in this log, so everything is said and heard
  /// anew, which is always safe (promise 4).
  package func adopt(log: LogID) throws(StoreError) {
    try write { transaction in
      let database = transaction.database
      try SyncState.pulled.write(.integer(0), database)
      try StoredLogWatermark.write(
        LogWatermark(pushed: .none, entry: nil, highest: transaction.watermark.highest, missing: 0), database)
      try database.execute(sql: "DELETE FROM mediasync_parked; DELETE FROM mediasync_notes;")
      try SyncState.log.write(.text(log.rawValue), database)
      try SyncState.firstSync.write(.integer(1), database)
    }
  }

  /// The library was in step for the first time.
  package func endFirstSync() throws(StoreError) {
    try write { try SyncState.firstSync.write(.null, $0.database) }
  }

  /// Lets go of the log that the cursors belonged to. Until the snapshot of the other one is taken in, nothing is
  /// pushed or pulled: a library that is killed in between goes on with it.
  package func join(log: LogID) throws(StoreError) { try write { try $0.join(log: log) } }

  /// Begins a new life under the same identity.
  package func renewIncarnation(_ incarnation: Incarnation) throws(StoreError) {
    try write { try SyncState.incarnation.write(.text(incarnation.rawValue), $0.database) }
  }

  /// Keeps a pause across restarts; `nil` ends it.
  package func keep(pause: Pause?) throws(StoreError) {
    try write { transaction in
      try SyncState.paused.write(.integer(pause == nil ? 0 : 1), transaction.database)
      let until = pause?.until.map { Value.integer($0.milliseconds) } ?? .null
      try SyncState.pausedUntil.write(until, transaction.database)
    }
  }
}
