import GRDB
import Hashing
import SyncCore

/// The tokens of all libraries (docs/protocol.md §3, Auth). It stores only their hashes. It reads every
/// answer from the file, so that a token granted or revoked by another process takes effect at once.
package final class TokenStore: Sendable {
  /// A token as shown to people.
  package struct Token: Hashable, Sendable {
    /// The token's number, which identifies it for revocation. It is not secret.
    package var id: Int64
    /// The library that it opens.
    package var library: String
    /// The device's name for people.
    package var device: String
    /// The device that first used it; `nil` before the first use.
    package var boundTo: DeviceID?
    /// When it was created.
    package var created: String
    /// When it was last used, accurate to about a minute.
    package var lastUsed: String?
    /// When it was revoked; `nil` if it is valid.
    package var revoked: String?
  }

  /// The result of checking a presented token.
  package enum Validity: Hashable, Sendable {
    /// It opens a library.
    case valid(Grant)
    /// It was revoked.
    case revoked
    /// No such token was ever granted.
    case unknown
  }

  /// What a valid token opens.
  package struct Grant: Hashable, Sendable {
    /// The token's number.
    package var id: Int64
    /// The library that it opens.
    package var library: String
    /// The device that it is bound to; `nil` before the first use.
    package var boundTo: DeviceID?
  }

  private static let prefix = "mst_"
  /// The hub records the use of a token at most this often, to keep writes rare.
  private static let lastUsedStep = Duration.seconds(60)
  private let queue: DatabaseQueue
  private let reserve: DiskReserve

  /// Opens the file; creates it if it is missing. A reserve file next to it keeps some disk space, so that a
  /// token can be revoked even if the disk is full.
  package init(at path: String) throws(HubStoreError) {
    let reserve = DiskReserve(at: path + "-reserve")
    self.reserve = reserve
    queue = try reserve.spending { () throws(HubStoreError) in
      try PrivateFiles.makeFile(path)
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

  /// Grants a token and returns its text. The hub does not store the text and cannot show it again.
  package func create(library: String, device: String, now: Instant) throws(HubStoreError) -> String {
    let token = Self.prefix + HexText.of(Digest.random(32))
    try writing { db in
      try db.execute(
        sql: "INSERT INTO tokens (hash, library, device, created) VALUES (?, ?, ?, ?)",
        arguments: [Self.hash(token), library, device, now.description])
    }
    return token
  }

  /// Every token, including revoked ones, in order of creation.
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

  /// Revokes a token at once and for ever, even if the disk is full. Returns false if there is no such token.
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

  /// Those of the given tokens that are revoked. It reads the file, so it sees what other processes did.
  package func revoked(among tokens: Set<Int64>) throws(HubStoreError) -> Set<Int64> {
    let revoked = try reading { db in
      try Set(Int64.fetchAll(db, sql: "SELECT id FROM tokens WHERE revoked IS NOT NULL"))
    }
    return revoked.intersection(tokens)
  }

  /// Unbinds a token, so that the next device that presents it is bound to it. Returns false if there is no
  /// such token.
  package func rebind(_ id: Int64) throws(HubStoreError) -> Bool {
    try writing { db in
      try db.execute(sql: "UPDATE tokens SET device_id = NULL WHERE id = ?", arguments: [id])
      return db.changesCount > 0
    }
  }

  /// Checks a presented token and records its use.
  package func validity(of token: String, now: Instant) throws(HubStoreError) -> Validity {
    let hash = Self.hash(token)
    let found = try reading { db in
      try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT id, hash, library, device_id, last_used, revoked FROM tokens WHERE hash = ?"),
        arguments: [hash])
    }
    // The index finds the row by its hash, which reveals nothing about the token. The comparison that decides
    // takes the same time wherever the values differ.
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
        // The time of last use is for people only. Failing to record it must not refuse a request.
      }
    }
    let bound = (found[3] as String?).map { DeviceID(rawValue: $0) }
    return .valid(Grant(id: id, library: found[2], boundTo: bound))
  }

  /// Whether a token may speak for this device. The first device that asks gets bound to the token. A layer-1
  /// client does not name its device, so it may use a token only while the token is unbound.
  package func admits(_ device: DeviceID?, to grant: Grant) throws(HubStoreError) -> Bool {
    if let bound = grant.boundTo { return bound == device }
    guard let device else { return true }
    let bound = try writing { db in
      // Another request may have been faster; then its device has the token.
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
