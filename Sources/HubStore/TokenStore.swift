import GRDB
import Hashing
import SyncCore

/// The tokens of all libraries (protocol.md §3, auth). Only hashes are kept. Every question is answered from the
/// file, so that what another process grants or revokes holds at once.
package final class TokenStore: Sendable {
  /// What a token may do, as far as people are shown.
  package struct Token: Hashable, Sendable {
    /// The token's number, by which it is revoked; no secret.
    package var id: Int64
    /// The library that it opens.
    package var library: String
    /// The device's name for people.
    package var device: String
    /// The device that first used it, where one has.
    package var boundTo: DeviceID?
    /// When it was made.
    package var created: String
    /// When it was last used, to the minute or so.
    package var lastUsed: String?
    /// When it was revoked, where it was.
    package var revoked: String?
  }

  /// What a presented token is worth.
  package enum Standing: Hashable, Sendable {
    /// It opens a library.
    case valid(Grant)
    /// It was revoked.
    case revoked
    /// Nobody has granted it.
    case unknown
  }

  /// What a valid token opens.
  package struct Grant: Hashable, Sendable {
    /// The token's number.
    package var id: Int64
    /// The library that it opens.
    package var library: String
    /// The device that it is bound to, where one has used it.
    package var boundTo: DeviceID?
  }

  private static let prefix = "mst_"
  /// A use is written down no oftener than this: the file stays quiet.
  private static let lastUsedStep = Duration.seconds(60)
  private let queue: DatabaseQueue
  private let reserve: DiskReserve

  /// Opens the file, and creates it where it is missing. Beside it some room is kept back, so that a full disk keeps
  /// nobody from revoking a token.
  package init(at path: String) throws(HubStoreError) {
    let reserve = DiskReserve(at: path + "-reserve")
    self.reserve = reserve
    queue = try reserve.spending { () throws(HubStoreError) in
      try OwnerOnly.makeFile(path)
      return try Self.opened(path)
    }
    reserve.refill()
  }

  private static func opened(_ path: String) throws(HubStoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.journalMode = .wal
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { db in
        let found = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= 1 else { throw HubStoreError.fromNewerVersion(found: found) }
        guard found == 0 else { return }
        try db.execute(
          sql: """
            CREATE TABLE IF NOT EXISTS tokens (
              id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, library TEXT NOT NULL,
              device TEXT NOT NULL, device_id TEXT, created TEXT NOT NULL, last_used TEXT, revoked TEXT);
            PRAGMA user_version = 1;
            """)
      }
      return queue
    } catch {
      throw HubStoreError(error)
    }
  }

  /// Grants a token; its text is given once, here, and kept nowhere.
  package func create(library: String, device: String, now: Instant) throws(HubStoreError) -> String {
    let token = Self.prefix + HexText.of(Digest.random(32))
    try writing { db in
      try db.execute(
        sql: "INSERT INTO tokens (hash, library, device, created) VALUES (?, ?, ?, ?)",
        arguments: [Self.hash(token), library, device, now.description])
    }
    return token
  }

  /// Every token, revoked ones too, in the order they were made.
  package func list() throws(HubStoreError) -> [Token] {
    try reading { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, library, device, device_id, created, last_used, revoked FROM tokens ORDER BY id
          """
      ).map { row in
        Token(
          id: row[0], library: row[1], device: row[2],
          boundTo: (row[3] as String?).map { DeviceID(rawValue: $0) }, created: row[4], lastUsed: row[5],
          revoked: row[6])
      }
    }
  }

  /// Revokes a token, at once and for ever, on a full disk too. False where there is no such token.
  package func revoke(_ id: Int64, now: Instant) throws(HubStoreError) -> Bool {
    try reserve.spending { () throws(HubStoreError) in
      try writing { db in
        try db.execute(
          sql: "UPDATE tokens SET revoked = coalesce(revoked, ?) WHERE id = ?",
          arguments: [now.description, id])
        return db.changesCount > 0
      }
    }
  }

  /// The tokens that were revoked, of those asked for. It reads the file, so that what another process did counts.
  package func revoked(among tokens: Set<Int64>) throws(HubStoreError) -> Set<Int64> {
    let revoked = try reading { db in
      try Set(Int64.fetchAll(db, sql: "SELECT id FROM tokens WHERE revoked IS NOT NULL"))
    }
    return revoked.intersection(tokens)
  }

  /// Lets a token be bound anew, by the next device that presents it. False where there is no such token.
  package func rebind(_ id: Int64) throws(HubStoreError) -> Bool {
    try writing { db in
      try db.execute(sql: "UPDATE tokens SET device_id = NULL WHERE id = ?", arguments: [id])
      return db.changesCount > 0
    }
  }

  /// What a presented token is worth.
  package func standing(of token: String, now: Instant) throws(HubStoreError) -> Standing {
    let hash = Self.hash(token)
    let found = try reading { db in
      try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT id, hash, library, device_id, last_used, revoked FROM tokens WHERE hash = ?"),
        arguments: [hash])
    }
    // The index finds the row by its hash, which tells nothing of the token; the comparison that decides takes
    // the same time whatever differs.
    guard let found, Digest.areEqual(Array((found[1] as String).utf8), Array(hash.utf8)) else {
      return .unknown
    }
    guard (found[5] as String?) == nil else { return .revoked }
    let id: Int64 = found[0]
    let lastUsed = (found[4] as String?).flatMap { Instant($0) }
    if lastUsed.map({ now.since($0) >= Self.lastUsedStep }) ?? true {
      do {
        try writing { db in
          try db.execute(
            sql: "UPDATE tokens SET last_used = ? WHERE id = ?", arguments: [now.description, id])
        }
      } catch .diskFull, .busy {
        // Nobody is refused, and nobody's pull fails, because a time for people cannot be noted.
      }
    }
    let bound = (found[3] as String?).map { DeviceID(rawValue: $0) }
    return .valid(Grant(id: id, library: found[2], boundTo: bound))
  }

  /// Whether a token may speak for this device; the first device that asks is bound to it. A client that does not
  /// say which device it is (layer 1) may use a token only as long as that is bound to none.
  package func admits(_ device: DeviceID?, to grant: Grant) throws(HubStoreError) -> Bool {
    if let bound = grant.boundTo { return bound == device }
    guard let device else { return true }
    let bound = try writing { db in
      // Another request may have been quicker: then that one's device has it.
      try db.execute(
        sql: "UPDATE tokens SET device_id = ? WHERE id = ? AND device_id IS NULL",
        arguments: [device.rawValue, grant.id])
      return try String.fetchOne(db, sql: "SELECT device_id FROM tokens WHERE id = ?", arguments: [grant.id])
    }
    return bound == device.rawValue
  }

  private static func hash(_ token: String) -> String { HexText.of(Digest.sha256(Array(token.utf8))) }

  private func reading<Result>(_ body: (Database) throws -> Result) throws(HubStoreError) -> Result {
    do { return try queue.read(body) } catch { throw HubStoreError(error) }
  }

  private func writing<Result>(_ body: (Database) throws -> Result) throws(HubStoreError) -> Result {
    do { return try queue.write(body) } catch { throw HubStoreError(error) }
  }
}
