import SyncCore

/// Stores this device's identity, the log that it syncs with, and whether it is paused.
extension Library {
  /// Stores the log that the cursors belong to. Cursors without a log come from a layer-1 server that has
  /// become a hub, or from a hub that answered as one. They mean nothing in this log, so the device pushes
  /// and pulls everything again. That is always safe (docs/promises.md, promise 4).
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

  /// Records that the library has been in sync with the hub once.
  package func endFirstSync() throws(StoreError) {
    try write { try SyncState.firstSync.write(.null, $0.database) }
  }

  /// Drops the log that the cursors belonged to. The device pushes and pulls nothing until it has applied the
  /// snapshot of the new log. If the process is killed before that, the next one continues with the snapshot.
  package func join(log: LogID) throws(StoreError) { try write { try $0.join(log: log) } }

  /// Stores a new incarnation. The device's identity stays the same.
  package func renewIncarnation(_ incarnation: Incarnation) throws(StoreError) {
    try write { try SyncState.incarnation.write(.text(incarnation.rawValue), $0.database) }
  }

  /// Stores a pause, so that it outlives the process; `nil` ends it.
  package func keep(pause: Pause?) throws(StoreError) {
    try write { transaction in
      try SyncState.paused.write(.integer(pause == nil ? 0 : 1), transaction.database)
      let until = pause?.until.map { Value.integer($0.milliseconds) } ?? .null
      try SyncState.pausedUntil.write(until, transaction.database)
    }
  }
}
