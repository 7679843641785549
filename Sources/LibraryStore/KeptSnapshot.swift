import SyncCore

/// How far a snapshot is taken in, in `mediasync_state`: moved in the transaction that takes the rows in.
enum KeptSnapshot {
  static func read(_ database: Database) throws -> SnapshotProgress? {
    guard let word = try KeptState.snapshotReason.read(database).text,
      let reason = SnapshotReason(rawValue: word)
    else { return nil }
    var after: RowName?
    if let entity = try KeptState.snapshotEntity.read(database).text,
      let uuid = try KeptState.snapshotUUID.read(database).text
    {
      after = RowName(entity, uuid)
    }
    return SnapshotProgress(
      reason: reason,
      start: Witness(
        position: Position(try KeptState.snapshotStart.read(database).integer ?? 0),
        chain: ChainValue(rawValue: try KeptState.snapshotChain.read(database).text ?? "")),
      after: after, rows: Int(try KeptState.snapshotRows.read(database).integer ?? 0),
      requeued: Int(try KeptState.snapshotRequeued.read(database).integer ?? 0))
  }

  static func write(_ progress: SnapshotProgress?, _ database: Database) throws {
    func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
    func number(_ value: Int?) -> Value { value.map { .integer(Int64($0)) } ?? .null }
    try KeptState.snapshotReason.write(text(progress?.reason.rawValue), database)
    try KeptState.snapshotStart.write(
      progress.map { .integer($0.start.position.rawValue) } ?? .null, database)
    try KeptState.snapshotChain.write(text(progress?.start.chain.rawValue), database)
    try KeptState.snapshotEntity.write(text(progress?.after?.entity), database)
    try KeptState.snapshotUUID.write(text(progress?.after?.uuid), database)
    try KeptState.snapshotRows.write(number(progress?.rows), database)
    try KeptState.snapshotRequeued.write(number(progress?.requeued), database)
  }
}
