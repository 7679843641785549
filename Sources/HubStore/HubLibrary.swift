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
    .verdicts, .wait, .witness, .lost, .snapshot, .rows, .digest, .keys, .current, .held,
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
  /// Changes that are judged in one transaction, at most.
  let stepChanges: Int
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

  /// Opens a library's file, and creates it where it is missing.
  ///
  /// - Parameters:
  ///   - path: the SQLite file.
  ///   - catalogue: what is synced.
  ///   - policy: which of two edits of a column wins.
  ///   - bytesMax: the most bytes in one body, named in the capabilities.
  ///   - durability: what an answered change survives.
  ///   - newLogID: the name of a log that is new; drawn by chance unless given.
  ///   - stepChanges: how many changes of a `/send` are judged in one transaction, at most.
  ///   - acknowledged: what senders were known to know when the file was last open.
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

  /// What the hub says of itself.
  package func capabilities(now: Instant) throws(HubStoreError) -> Capabilities {
    let kept = try reading { db in try LogEnds.kept(db) }
    return Capabilities(
      logID: logID, maxBatch: Self.batchMax, maxBytes: bytesMax, minChangeID: kept,
      serverTime: now.description,
      features: Self.features.map(\.rawValue))
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
