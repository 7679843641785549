import GRDB
import SyncCore
import SyncWire

/// One library on the hub: a log, and the rows that result from it. Every call blocks, and any thread may
/// call. Reads do not wait for a write in progress.
package final class HubLibrary: Sendable {
  /// The most changes in one `/send`.
  package static let batchMax = 2000
  /// The features that the hub offers beyond layer 1.
  package static let features: [Feature] = [
    .verdicts, .wait, .checkpoint, .lost, .snapshot, .rows, .digest, .keys, .current, .held,
  ]

  /// The permanent name of this log.
  package let logID: LogID
  /// The most bytes in one request body.
  package let bytesMax: Int
  /// The identity of the file when it was opened.
  let file: FileIdentity
  let pool: DatabasePool
  let judge: Judge
  let acknowledged: AcknowledgedChanges
  /// The most changes that are judged in one transaction.
  let stepChanges: Int
  private let path: String

  /// How much durability a library trades for speed.
  package enum Durability: Sendable {
    /// An answered change survives a power cut.
    case powerCut
    /// An answered change survives the end of the process only; for simulations.
    case process
  }

  private init(
    path: String, file: FileIdentity, pool: DatabasePool, logID: LogID, judge: Judge, bytesMax: Int,
    stepChanges: Int, acknowledged: AcknowledgedChanges
  ) {
    self.path = path
    self.file = file
    self.acknowledged = acknowledged
    self.stepChanges = stepChanges
    self.pool = pool
    self.logID = logID
    self.judge = judge
    self.bytesMax = bytesMax
  }

  /// Opens a library's file; creates it if it is missing.
  ///
  /// - Parameters:
  ///   - path: the SQLite file.
  ///   - catalogue: the synced entities.
  ///   - policy: which of two edits of a column wins.
  ///   - bytesMax: the most bytes in one body; reported in the capabilities.
  ///   - durability: what an answered change survives.
  ///   - newLogID: the name for a new log; random if not given.
  ///   - stepChanges: the most changes of a `/send` that are judged in one transaction.
  ///   - acknowledged: what each sender had acknowledged when the file was last open.
  package static func open(
    at path: String, catalogue: EntityCatalogue = .mediaLibrary, policy: ConflictPolicy = .latestEdit,
    bytesMax: Int = 8 * 1024 * 1024, durability: Durability = .powerCut,
    newLogID: LogID? = nil, stepChanges: Int = 250, acknowledged: AcknowledgedChanges = AcknowledgedChanges()
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
      let log = try pool.write { db in
        let log = try LibrarySchema.prepare(db, newLogID: newLogID)
        try NumberIndex.prepare(catalogue, db)
        return log
      }
      guard let file = FileIdentity(path: path), before == nil || before == file else {
        throw HubStoreError.moved(path: path)
      }
      return HubLibrary(
        path: path, file: file, pool: pool, logID: log, judge: Judge(catalogue: catalogue, policy: policy),
        bytesMax: bytesMax, stepChanges: stepChanges, acknowledged: acknowledged)
    } catch {
      throw HubStoreError(error)
    }
  }

  /// The hub's capabilities: the log, its limits and the features.
  package func capabilities(now: Instant) throws(HubStoreError) -> Capabilities {
    let kept = try reading { db in try LogRange.kept(db) }
    return Capabilities(
      logID: logID, maxBatch: Self.batchMax, maxBytes: bytesMax, minChangeID: kept,
      serverTime: now.description,
      features: Self.features.map(\.rawValue))
  }

  func reading<Result>(_ body: (Database) throws -> Result) throws(HubStoreError) -> Result {
    do { return try pool.read(body) } catch { throw HubStoreError(error) }
  }

  /// Runs one transaction. It counts only if its file is still at the library's path: the hub acknowledges
  /// nothing that it wrote to a moved or deleted file.
  func writing<Result>(_ body: (Database) throws -> Result) throws(HubStoreError) -> Result {
    let result: Result
    do { result = try pool.write(body) } catch { throw HubStoreError(error) }
    guard FileIdentity(path: path) == file else { throw HubStoreError.moved(path: path) }
    return result
  }
}
