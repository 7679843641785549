import SyncCore

/// The newest place in the hub's log that the library knows a chain value of (`LogCheckpoint`), in `mediasync_state`.
enum StoredLogCheckpoint {
  static func read(_ database: Database) throws -> LogCheckpoint? {
    guard let chain = try SyncState.chain.read(database).text, !chain.isEmpty else { return nil }
    // Before there was a place of its own the value was that at the cursor.
    let position =
      try SyncState.chainAt.read(database).integer.map { Position($0) } ?? SyncState.pulledCursor(database)
    return LogCheckpoint(position: position, chain: ChainValue(rawValue: chain))
  }

  /// Keeps a witness, unless a newer one is kept.
  static func keep(_ checkpoint: LogCheckpoint?, _ database: Database) throws {
    guard let checkpoint, !checkpoint.chain.rawValue.isEmpty else { return }
    if let kept = try read(database), kept.position > checkpoint.position { return }
    try replace(with: checkpoint, database)
  }

  /// Keeps a witness in place of any other: the log that the other spoke of is gone.
  static func replace(with checkpoint: LogCheckpoint?, _ database: Database) throws {
    try SyncState.chain.write(checkpoint.map { .text($0.chain.rawValue) } ?? .null, database)
    try SyncState.chainAt.write(checkpoint.map { .integer($0.position.rawValue) } ?? .null, database)
  }
}
