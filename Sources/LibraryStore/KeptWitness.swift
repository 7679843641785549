import SyncCore

/// The newest place in the hub's log that the library knows a chain value of (`Witness`), in `mediasync_state`.
enum KeptWitness {
  static func read(_ database: Database) throws -> Witness? {
    guard let chain = try KeptState.chain.read(database).text, !chain.isEmpty else { return nil }
    // Before there was a place of its own the value was that at the cursor.
    let position =
      try KeptState.chainAt.read(database).integer.map { Position($0) } ?? KeptState.pulledCursor(database)
    return Witness(position: position, chain: ChainValue(rawValue: chain))
  }

  /// Keeps a witness, unless a newer one is kept.
  static func keep(_ witness: Witness?, _ database: Database) throws {
    guard let witness, !witness.chain.rawValue.isEmpty else { return }
    if let kept = try read(database), kept.position > witness.position { return }
    try replace(with: witness, database)
  }

  /// Keeps a witness in place of any other: the log that the other spoke of is gone.
  static func replace(with witness: Witness?, _ database: Database) throws {
    try KeptState.chain.write(witness.map { .text($0.chain.rawValue) } ?? .null, database)
    try KeptState.chainAt.write(witness.map { .integer($0.position.rawValue) } ?? .null, database)
  }
}
