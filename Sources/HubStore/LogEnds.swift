import GRDB
import SyncCore

/// Where a library's log begins and ends, and whether it is the one that a client remembers.
enum LogEnds {
  /// The log's end, and the chain value there. The last entries may be gone, with rows that were forgotten; all of
  /// them lie at or below the kept part's beginning, so that is the end then, and no position comes twice.
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

  /// The position from which on the log is kept whole.
  static func kept(_ db: Database) throws -> Position {
    Position(try meta("min_change_id", db).flatMap { Int64($0) } ?? 0)
  }

  /// Moves the position from which on the log is kept whole. Its chain value stays, whatever becomes of its entry.
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

  /// The chain value at a position; `nil` where the log does not reach there, or no longer has it.
  static func chain(at position: Position, _ db: Database) throws -> String? {
    guard position > .start else { return LogChain.start }
    let found = try String.fetchOne(
      db.cachedStatement(sql: "SELECT chain FROM log WHERE position = ?"), arguments: [position.rawValue])
    if let found { return found }
    return try position == kept(db) ? meta("min_chain", db) : nil
  }

  /// Checks that the log reaches a client's cursor, and holds what the client remembers of it: the chain value at
  /// the position that it is of, which is the cursor where the client names none (docs/protocol.md §4, witness).
  static func check(cursor: Position, chain: ChainValue?, at chainAt: Position?, _ db: Database) throws {
    let head = try head(db).position
    guard cursor <= head else { throw HubStoreError.logRewound(at: cursor) }
    let witness = chainAt ?? cursor
    guard witness <= head else { throw HubStoreError.logRewound(at: witness) }
    guard let chain, !chain.rawValue.isEmpty, witness > .start else { return }
    // What is no longer kept cannot be held against the client.
    guard let ours = try Self.chain(at: witness, db) else { return }
    if chain.rawValue != ours { throw HubStoreError.logRewound(at: witness) }
  }

  private static func meta(_ name: String, _ db: Database) throws -> String? {
    try String.fetchOne(
      db.cachedStatement(sql: "SELECT value FROM meta WHERE name = ?"), arguments: [name])
  }
}
