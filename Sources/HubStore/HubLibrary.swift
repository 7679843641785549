import GRDB
import SyncCore
import SyncWire

/// One library as the hub keeps it: a log, and the rows that it adds up to. Every call blocks; calls may come from
/// any thread. Reads do not wait for a write under way.
package final class HubLibrary: Sendable {
  /// The most changes in one `/send`.
  package static let batchMax = 2000
  /// What the hub offers beyond layer 1.
  package static let features: [Feature] = [
    .verdicts, .wait, .witness, .lost, .snapshot, .rows, .digest, .keys, .current,
  ]

  /// Names this log for ever.
  package let logID: LogID
  /// The most bytes in one body.
  package let bytesMax: Int
  /// The file that was opened.
  let file: FileIdentity
  let pool: DatabasePool
  let judge: Judge
  let acknowledged: AcknowledgedChanges
  private let path: String

  /// How much a library gives for speed.
  package enum Durability: Sendable {
    /// An answered change survives a power cut.
    case powerCut
    /// An answered change survives the end of the process; for simulations.
    case process
  }

  private init(
    path: String, file: FileIdentity, pool: DatabasePool, logID: LogID, judge: Judge, bytesMax: Int,
    acknowledged: AcknowledgedChanges
  ) {
    self.path = path
    self.file = file
    self.acknowledged = acknowledged
    self.pool = pool
    self.logID = logID
    self.judge = judge
    self.bytesMax = bytesMax
  }

  /// Opens a library's file, and creates it where it is missing.
  ///
  /// - Parameters:
  ///   - path: the SQLite file.
  ///   - catalogue: what is synced.
  ///   - policy: which of two edits of a column wins.
  ///   - bytesMax: the most bytes in one body, named in the capabilities.
  ///   - durability: what an answered change survives.
  ///   - newLogID: the name of a log that is new; drawn by chance unless given.
  package static func open(
    at path: String, catalogue: EntityCatalogue = .mediaLibrary, policy: ConflictPolicy = .latestEdit,
    bytesMax: Int = 8 * 1024 * 1024, durability: Durability = .powerCut,
    newLogID: LogID? = nil
  ) throws(HubStoreError) -> HubLibrary {
    try open(
      at: path, catalogue: catalogue, policy: policy, bytesMax: bytesMax, durability: durability,
      newLogID: newLogID, acknowledged: AcknowledgedChanges())
  }

  /// As above; `acknowledged` is what senders were known to know when the file was last open.
  static func open(
    at path: String, catalogue: EntityCatalogue = .mediaLibrary, policy: ConflictPolicy, bytesMax: Int,
    durability: Durability = .powerCut, newLogID: LogID? = nil, acknowledged: AcknowledgedChanges
  ) throws(HubStoreError) -> HubLibrary {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4  // `OpenLibraries.descriptors` counts on it.
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = \(durability == .powerCut ? "FULL" : "OFF")")
    }
    do {
      let before = FileIdentity(path: path)
      let pool = try DatabasePool(path: path, configuration: configuration)
      let log = try pool.write { try LibrarySchema.prepare($0, newLogID: newLogID) }
      guard let file = FileIdentity(path: path), before == nil || before == file else {
        throw HubStoreError.moved(path: path)
      }
      return HubLibrary(
        path: path, file: file, pool: pool, logID: log, judge: Judge(catalogue: catalogue, policy: policy),
        bytesMax: bytesMax, acknowledged: acknowledged)
    } catch {
      throw HubStoreError(error)
    }
  }

  /// What the hub says of itself.
  package func capabilities(now: Instant) throws(HubStoreError) -> Capabilities {
    let kept = try reading { db in try LogEnds.kept(db) }
    return Capabilities(
      logID: logID, maxBatch: Self.batchMax, maxBytes: bytesMax, minChangeID: kept,
      serverTime: now.description,
      features: Self.features.map(\.rawValue))
  }

  /// Takes a device's changes: all of them judged, and on the disk, when this returns; or none.
  package func send(_ request: SendRequest, now: Instant) throws(HubStoreError) -> SendReply {
    try writing { [self] db in
      if request.device != nil { try checkReach(of: request, db) }
      let ledger = try LogLedger(db)
      let attendance = Attendance(of: request, now: now)
      let sender = try attendance.write(db)
      var changes = request.changes
      if let first = changes.first, try Attendance.isFollowed(sender, of: attendance.device, db) {
        throw HubStoreError.deviceRewound(changeID: ChangeID(first.entry.changeID))
      }
      // A layer-1 client names no bases: its rows stand where it has pulled to.
      if request.device == nil {
        for index in changes.indices { changes[index].base = request.lastProcessed }
      }
      let landings = try Landings(
        db: db, sender: sender, idsAreUnique: request.device != nil,
        acknowledged: acknowledged.last(device: attendance.device, incarnation: attendance.incarnation))
      var batch = SendBatch(
        judge: judge, ledger: ledger, landings: landings, sender: sender,
        device: attendance.device, life: attendance.incarnation,
        sentAt: request.device.flatMap { Instant($0.sentAt) }, now: now,
        bytesMax: bytesMax,
        owed: OwedLosses(
          db: db, device: attendance.device, incarnation: attendance.incarnation,
          cursor: request.lastProcessed),
        keys: request.keys, changes: changes,
        unanswered: try request.pushed.map { try landings.unanswered(behind: $0) },
        namesEarlier: request.namesEarlier, pushed: request.pushed ?? .none)
      var answers: [Answer] = []
      answers.reserveCapacity(changes.count + request.malformed.count)
      for (place, change) in changes.enumerated() { answers.append(try batch.answer(change, at: place)) }
      for malformed in request.malformed { answers.append(try batch.answer(malformed)) }
      if !request.malformed.isEmpty { answers.sort { $0.changeID < $1.changeID } }
      try batch.finish()
      return SendReply(
        results: answers, latest: ledger.head, serverTime: now.description,
        chain: ChainValue(rawValue: ledger.chain))
    }
  }

  /// A position that this log does not reach was given by the log that this one is an older copy of.
  private func checkReach(of request: SendRequest, _ db: Database) throws {
    try LogEnds.check(cursor: request.lastProcessed, chain: request.chain, at: request.chainAt, db)
    let head = try LogEnds.head(db).position
    if let beyond = request.changes.map(\.base).max(), beyond > head {
      throw HubStoreError.logRewound(at: beyond)
    }
  }

  func reading<Result>(_ body: (Database) throws -> Result) throws(HubStoreError) -> Result {
    do { return try pool.read(body) } catch { throw HubStoreError(error) }
  }

  /// One transaction. It counts only if the file that took it is still the library's: what was written to a file that
  /// was moved or deleted is acknowledged to nobody.
  func writing<Result>(_ body: (Database) throws -> Result) throws(HubStoreError) -> Result {
    let result: Result
    do { result = try pool.write(body) } catch { throw HubStoreError(error) }
    guard FileIdentity(path: path) == file else { throw HubStoreError.moved(path: path) }
    return result
  }
}
