import GRDB
import SyncCore

/// Where a library's log begins and ends, and whether it is the log that a client remembers.
enum LogRange {
  /// The log's end, and the chain value there. The last entries may have been deleted with forgotten rows.
  /// All such entries are at or below the start of the kept part, so that start is then the end and no
  /// position is used twice.
  static func head(_ db: Database) throws -> (position: Position, chain: String) {
    let last = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT position, chain FROM log ORDER BY position DESC LIMIT 1"))
    let kept = try kept(db)
    if let last, last[0] >= kept.rawValue { return (Position(last[0] as Int64), last[1]) }
    guard let chain = try chain(at: kept, db) else {
      throw HubStoreError.damaged(detail: "the log has no chain value at \(kept)")
    }
    return (kept, chain)
  }

  /// The position from which the hub keeps the log complete.
  static func kept(_ db: Database) throws -> Position {
    Position(try meta("min_change_id", db).flatMap { Int64($0) } ?? 0)
  }

  /// Moves the position from which the hub keeps the log complete. The chain value there is stored
  /// separately, so it survives its entry.
  static func keep(from position: Position, _ db: Database) throws {
    guard let chain = try chain(at: position, db) else {
      throw HubStoreError.damaged(detail: "the log has no chain value at \(position)")
    }
    try db.execute(
      sql: """
        INSERT INTO meta (name, value) VALUES ('min_change_id', ?), ('min_chain', ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """, arguments: [String(position.rawValue), chain])
  }

  /// The chain value at a position; `nil` if the log does not reach that far or no longer has it.
  static func chain(at position: Position, _ db: Database) throws -> String? {
    guard position > .start else { return LogChain.start }
    let found = try String.fetchOne(
      db.cachedStatement(sql: "SELECT chain FROM log WHERE position = ?"), arguments: [position.rawValue])
    if let found { return found }
    return try position == kept(db) ? meta("min_chain", db) : nil
  }

  /// Checks that the log reaches the client's cursor and matches the client's log checkpoint. The checkpoint
  /// is at `chainAt`, or at the cursor if the client names no position (docs/protocol.md §4).
  ///
  /// - Throws: `HubStoreError.logRewound`.
  static func check(cursor: Position, chain: ChainValue?, at chainAt: Position?, _ db: Database) throws {
    let head = try head(db).position
    guard cursor <= head else { throw HubStoreError.logRewound(at: cursor) }
    let checkpoint = chainAt ?? cursor
    guard checkpoint <= head else { throw HubStoreError.logRewound(at: checkpoint) }
    guard let chain, !chain.rawValue.isEmpty, checkpoint > .start else { return }
    // A chain value that the hub no longer keeps cannot be compared.
    guard let ours = try Self.chain(at: checkpoint, db) else { return }
    if chain.rawValue != ours { throw HubStoreError.logRewound(at: checkpoint) }
  }

  private static func meta(_ name: String, _ db: Database) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?"), arguments: [name])
  }
}
