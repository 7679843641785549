import SyncCore

/// A library that does what the test says: one piece of work at a time, when the test allows it.
///
/// Sound as `@unchecked Sendable`, like every scripted port: a test runs on one thread from beginning to end.
final class ScriptedLibrary: LibraryPort, SyncLibrary, @unchecked Sendable {
  /// The library's reported state.
  var kept = ScriptedLibrary.deviceState()
  /// The results of the next loads; an empty batch once there are none left.
  var batches: [PushBatch] = []
  /// The result of a look.
  var seen: Result<LookResult, StoreError> = .success(.unmoved)
  /// The errors of the next pieces of work.
  var failures: [StoreError] = []
  /// The number of entries that each page quarantines.
  var quarantinedByPage = 0
  var brake = Brake.standard
  /// The completed work, by name, in order.
  private(set) var done: [String] = []
  private(set) var timesReopened = 0
  private var waiting: [() -> Void] = []

  static func deviceState(pulled: Int64 = 0, log: String? = nil, pending: Int = 0) -> DeviceState {
    DeviceState(
      device: DeviceID(rawValue: "device"), incarnation: Incarnation(rawValue: "life"),
      log: log.map { LogID(rawValue: $0) }, pulled: Position(pulled), checkpoint: nil, snapshot: nil,
      pushed: .none,
      applicationClient: nil, pendingLocal: pending, parked: 0, quarantined: 0, conflicts: 0, pause: nil)
  }

  /// Whether work is waiting.
  var hasWork: Bool { !waiting.isEmpty }

  /// Runs the oldest piece of work; its result reaches the engine at once.
  func work() {
    guard !waiting.isEmpty else { return }
    waiting.removeFirst()()
  }

  // MARK: - The port

  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    waiting.append { [self] in
      if !failures.isEmpty { return completion(.failure(failures.removeFirst())) }
      completion(Result { () throws(StoreError) in try work(self) })
    }
  }

  func look(completion: @escaping @Sendable (Result<LookResult, StoreError>) -> Void) {
    waiting.append { [self] in
      done.append("look")
      completion(seen)
    }
  }

  func release(completion: @escaping @Sendable () -> Void) { waiting.append(completion) }
  func reopen() { timesReopened += 1 }

  // MARK: - The library

  func deviceState() throws(StoreError) -> DeviceState { kept }
  func fillIn() throws(StoreError) -> PageResult { PageResult() }
  func lookAtIndexes() throws(StoreError) {}
  func columnsWereCompared(schema: Int64) throws(StoreError) {}
  func childrenWereFetched() throws(StoreError) {}

  func nextBatch(_ limits: BatchLimits) throws(StoreError) -> PushBatch {
    done.append("load")
    guard batches.isEmpty else { return batches.removeFirst() }
    return PushBatch(
      changes: [], unsendable: [], passedOver: 0, last: kept.pushed, cursor: kept.pulled, hasMore: false)
  }

  func completePush(_ batch: PushBatch, answers: [Answer], checkpoint: LogCheckpoint?) throws(StoreError)
    -> PushResult
  {
    done.append("settle")
    return acknowledge(batch)
  }

  func completePushWithoutAnswers(_ batch: PushBatch) throws(StoreError) -> PushResult {
    done.append("settle")
    return acknowledge(batch)
  }

  func quarantine(_ batch: PushBatch, code: String, reason: String) throws(StoreError) -> PushResult {
    done.append("quarantine \(code)")
    var result = acknowledge(batch)
    (result.accepted, result.quarantined) = (0, 1)
    return result
  }

  private func acknowledge(_ batch: PushBatch) -> PushResult {
    kept.pushed = max(kept.pushed, batch.last)
    kept.pendingLocal = max(kept.pendingLocal - batch.changes.count, 0)
    var result = PushResult()
    result.accepted = batch.changes.count
    return result
  }

  func apply(_ page: PulledPage) throws(StoreError) -> PageResult {
    done.append("apply")
    var applied = PageResult()
    switch page.rules {
    case .layer2(let next, _): kept.pulled = max(kept.pulled, next)
    case .layer1(let proven): kept.pulled = max(kept.pulled, proven ?? .start)
    }
    applied.quarantined = min(quarantinedByPage, page.entries.count)
    applied.applied = page.entries.count - applied.quarantined
    applied.cursor = kept.pulled
    return applied
  }

  func apply(_ piece: SnapshotPiece, reason: SnapshotReason) throws(StoreError) -> SnapshotStep {
    done.append("take")
    let progress = SnapshotProgress(
      reason: reason, start: piece.header, after: piece.rows.last?.name, rows: piece.rows.count, requeued: 0)
    kept.snapshot = piece.isLast ? nil : progress
    if piece.isLast { kept.pulled = piece.header.position }
    var applied = PageResult()
    applied.cursor = kept.pulled
    return SnapshotStep(applied: applied, progress: progress, isComplete: piece.isLast)
  }

  func sums() throws(StoreError) -> [String: BucketSums] { [:] }
  func digests(in buckets: Set<BucketName>) throws(StoreError) -> [BucketName: [String: RowDigest]] { [:] }
  func examine(_ rows: [HubRow], repair: RepairAction) throws(StoreError) -> ExaminationResult {
    ExaminationResult()
  }
  func endComparison(_ reason: ComparisonReason) throws(StoreError) { kept.hasLogGap = false }
  func keep(lacking: Int) throws(StoreError) { kept.lacking = lacking }
  func adopt(log: LogID) throws(StoreError) { kept.log = log }

  func join(log: LogID) throws(StoreError) {
    kept.log = log
    kept.pulled = .start
  }

  func renewIncarnation(_ incarnation: Incarnation) throws(StoreError) {
    done.append("renew")
    kept.incarnation = incarnation
  }

  func pruneLog(before moment: Instant, limit: Int) throws(StoreError) -> Int { 0 }
  func keep(pause: Pause?) throws(StoreError) { kept.pause = pause }
  func consumeRestoredFlag() -> Bool { false }
  func hasChangedOutside() throws(StoreError) -> Bool { false }
}

/// There are no records.
extension ScriptedLibrary {
  func conflicts(after: Int64, limit: Int, only: [String]) throws(StoreError) -> RecordPage<ConflictSummary> {
    RecordPage(records: [], total: 0, next: nil)
  }
  func conflict(_ id: Int64) throws(StoreError) -> ConflictRecord? { nil }
  func restoreConflict(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal> {
    .failure(.unknown(id: id))
  }
  func dismissConflict(_ id: Int64) throws(StoreError) -> Bool { false }
  func dismissConflicts(only: [String]) throws(StoreError) -> Int { 0 }
  func endFirstSync() throws(StoreError) { done.append("end first sync") }
  func heldChanges() throws(StoreError) -> HeldChanges? { nil }
  func acceptHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal> {
    .failure(.nothingHeld)
  }
  func refuseHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal> {
    .failure(.nothingHeld)
  }
  func history(after: Int64, limit: Int) throws(StoreError) -> RecordPage<HistoryRecord> {
    RecordPage(records: [], total: 0, next: nil)
  }
  func history(_ id: Int64) throws(StoreError) -> HistoryRecord? { nil }
  func restoreHistory(_ id: Int64) throws(StoreError) -> Result<Restored, RecordRefusal> {
    .failure(.unknown(id: id))
  }
  func quarantined(after: Int64, limit: Int) throws(StoreError) -> RecordPage<QuarantineRecord> {
    RecordPage(records: [], total: 0, next: nil)
  }
  func quarantined(_ id: Int64) throws(StoreError) -> QuarantineRecord? { nil }
  func requeueQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal? { .unknown(id: id) }
  func applyQuarantined(_ id: Int64, fetched entry: Entry) throws(StoreError) -> RecordRefusal? {
    .unknown(id: id)
  }
  func reapplyQuarantined(_ id: Int64) throws(StoreError) -> RecordRefusal? { .unknown(id: id) }
  func dropAllQuarantined(of entity: String?) throws(StoreError) -> Int { 0 }
  func dropQuarantined(_ id: Int64) throws(StoreError) -> Bool { false }
}
