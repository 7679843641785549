import SyncCore

/// How far a snapshot is taken in, in `mediasync_state`: moved in the transaction that takes the rows in.
enum StoredSnapshotProgress {
  static func read(_ database: Database) throws -> SnapshotProgress? {
    guard let word = try SyncState.snapshotReason.read(database).text,
      let reason = SnapshotReason(rawValue: word)
    else { return nil }
    var after: RowName?
    if let entity = try SyncState.snapshotEntity.read(database).text,
      let uuid = try SyncState.snapshotUUID.read(database).text
    {
      after = RowName(entity, uuid)
    }
    return SnapshotProgress(
      reason: reason,
      start: LogCheckpoint(
        position: Position(try SyncState.snapshotStart.read(database).integer ?? 0),
        chain: ChainValue(rawValue: try SyncState.snapshotChain.read(database).text ?? "")),
      after: after, rows: Int(try SyncState.snapshotRows.read(database).integer ?? 0),
      requeued: Int(try SyncState.snapshotRequeued.read(database).integer ?? 0))
  }

  static func write(_ progress: SnapshotProgress?, _ database: Database) throws {
    func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
    func number(_ value: Int?) -> Value { value.map { .integer(Int64($0)) } ?? .null }
    try SyncState.snapshotReason.write(text(progress?.reason.rawValue), database)
    try SyncState.snapshotStart.write(
      progress.map { .integer($0.start.position.rawValue) } ?? .null, database)
    try SyncState.snapshotChain.write(text(progress?.start.chain.rawValue), database)
    try SyncState.snapshotEntity.write(text(progress?.after?.entity), database)
    try SyncState.snapshotUUID.write(text(progress?.after?.uuid), database)
    try SyncState.snapshotRows.write(number(progress?.rows), database)
    try SyncState.snapshotRequeued.write(number(progress?.requeued), database)
  }
}
