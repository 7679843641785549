/// Runs work on the library and brings the outcome back to the event loop.
///
/// In the daemon the work runs on the store's own queue; a simulation runs it inline. One piece of work at a time,
/// in the order in which it was asked for.
package protocol LibraryPort: AnyObject {
  /// Runs `work`, then calls `completion` on the event loop.
  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void)

  /// Looks whether somebody else has written, behind the work already asked for. What is there to be opened is opened
  /// only if it looks otherwise than when it was last read.
  func look(completion: @escaping @Sendable (Result<LookResult, StoreError>) -> Void)

  /// Closes the file, behind the work already asked for, and then calls `completion` on the event loop. The next work
  /// opens it again.
  func release(completion: @escaping @Sendable () -> Void)

  /// Closes the file, behind the work already asked for, and forgets what was read of it; the next work opens what has
  /// its name then.
  func reopen()
}

/// What a look at the library found.
package enum LookResult: Hashable, Sendable {
  /// The files are what they were when they were last read. Nothing was opened.
  case unmoved
  /// They were written, and nothing new is to be seen in them (yet).
  case unchanged
  /// Somebody else has committed; this is what the library says now.
  case changed(DeviceState)
}

/// The library file as the sync cycle sees it. Synchronous and blocking; no policy. Every function that writes
/// moves its cursor in the same transaction as the data (promise 1).
package protocol SyncLibrary: LibraryRecords {
  /// Who and where this device is, and what is waiting.
  func deviceState() throws(StoreError) -> DeviceState
  /// Fills in values of the hub's that were kept until the columns for them appeared.
  func fillIn() throws(StoreError) -> PageResult
  /// Looks whether a full-text index that was out of step has been made anew; at most once in a while.
  func lookAtIndexes() throws(StoreError)
  /// Notes that every column which was due when the schema had this version has been compared with the hub.
  func columnsWereCompared(schema: Int64) throws(StoreError)
  /// Notes that no row lacks its children any more.
  func childrenWereFetched() throws(StoreError)
  /// The next changes of the local log, self-contained, within the limits.
  func nextBatch(_ limits: BatchLimits) throws(StoreError) -> PushBatch
  /// Works in the hub's answers and moves the pushed cursor (protocol.md §3, rule 4 to 8).
  ///
  /// - Parameter witness: what the hub said of its log with them.
  func completePush(
    _ batch: PushBatch, answers: [Answer], checkpoint: LogCheckpoint?
  ) throws(StoreError) -> PushResult
  /// Moves the pushed cursor past a batch that a layer-1 server took; it says nothing of its verdicts.
  func completePushWithoutAnswers(_ batch: PushBatch) throws(StoreError) -> PushResult
  /// Puts the one change of a batch, which the hub will never take, into quarantine and moves past it.
  func quarantine(_ batch: PushBatch, code: String, reason: String) throws(StoreError) -> PushResult
  /// Applies a page in short transactions and moves the pulled cursor with each. While changes are held, and from the
  /// transaction on that would take too much, it only counts what the page takes, and the cursor stays.
  func apply(_ page: PulledPage) throws(StoreError) -> PageResult
  /// Takes a piece of a snapshot in, in short transactions; the first piece begins it, the last one sets the pulled
  /// cursor to where it began. Unanswered local changes stay as they are.
  func apply(_ piece: SnapshotPiece, reason: SnapshotReason) throws(StoreError) -> SnapshotStep
  /// The checksums of every row, by entity.
  func sums() throws(StoreError) -> [String: BucketSums]
  /// The checksum of every row in some buckets, by uuid.
  func digests(in buckets: Set<BucketName>) throws(StoreError) -> [BucketName: [String: RowDigest]]
  /// Looks closely at rows that seemed to differ, and does something about those that do.
  func examine(_ rows: [HubRow], repair: RepairAction) throws(StoreError) -> ExaminationResult
  /// Ends a comparison that the cycle made; what it was about is done, unless it has come up again meanwhile.
  func endComparison(_ reason: ComparisonReason) throws(StoreError)
  /// Keeps how many rows a comparison found at the hub that this library lacks.
  func keep(lacking: Int) throws(StoreError)
  /// How much changes from elsewhere may take before they are held. Whoever asks for work sets it first.
  var brake: Brake { get set }
  /// The library was in step for the first time.
  func endFirstSync() throws(StoreError)
  /// Keeps the log that the cursors belong to.
  func adopt(log: LogID) throws(StoreError)
  /// Lets go of the log that the cursors belonged to, and begins a snapshot of another.
  func join(log: LogID) throws(StoreError)
  /// Begins a new life: the library was restored from an older copy (409 `device_rewound`).
  func renewIncarnation(_ incarnation: Incarnation) throws(StoreError)
  /// Deletes at most `limit` entries of the local log that are answered and older than `moment`; how many went.
  func pruneLog(before moment: Instant, limit: Int) throws(StoreError) -> Int
  /// Keeps a pause across restarts; `nil` ends it.
  func keep(pause: Pause?) throws(StoreError)
  /// Whether the library was found to be a copy from another time when it was opened, and a new life was begun; true
  /// once.
  func consumeRestoredFlag() -> Bool
  /// Whether someone else has committed something for us since the last call. Writes nothing.
  func hasChangedOutside() throws(StoreError) -> Bool
}

/// Who and where this device is (all of it from the library file).
package struct DeviceState: Hashable, Sendable {
  /// This device.
  package var device: DeviceID
  /// Its present life.
  package var incarnation: Incarnation
  /// The log that the cursors belong to; `nil` before the first contact with a layer-2 hub.
  package var log: LogID?
  /// Everything up to here has been pulled.
  package var pulled: Position
  /// The newest place in the log that the hub has named, with its chain value.
  package var checkpoint: LogCheckpoint?
  /// The snapshot that is being taken in.
  package var snapshot: SnapshotProgress?
  /// Everything of the local log up to here has been answered.
  package var pushed: ChangeID
  /// The application's client id of the newest local change, for a layer-1 server.
  package var applicationClient: String?
  /// Local changes not yet answered.
  package var pendingLocal: Int
  /// Documents waiting for a key or a parent.
  package var parked: Int
  /// Entries of both directions set aside.
  package var quarantined: Int
  /// Records of values that lost.
  package var conflicts: Int
  /// The pause in force.
  package var pause: Pause?
  /// The version of the library's schema, if some of its columns are still to be compared with the hub.
  package var schemaToCompare: Int64?
  /// Full-text indexes that are not kept right here.
  package var indexes: [IndexFinding]
  /// Entries of the application's log are gone that were still to be sent, and the library has not been compared with
  /// the hub since.
  package var hasLogGap = false
  /// Rows came back of which the children may be missing.
  package var hasIncompleteRows = false
  /// When the application's log was last found emptied and begun anew.
  package var logResetAt: Instant?
  /// Rows that the hub has and this library lacks, as of the last comparison; `nil` before the first.
  package var lacking: Int?
  /// Changes from elsewhere that wait for a person's word.
  package var hold: Hold?
  /// The library has never been in step.
  package var isFirstSync = false

  /// Takes every field.
  package init(
    device: DeviceID, incarnation: Incarnation, log: LogID?, pulled: Position, checkpoint: LogCheckpoint?,
    snapshot: SnapshotProgress?, pushed: ChangeID, applicationClient: String?, pendingLocal: Int, parked: Int,
    quarantined: Int,
    conflicts: Int, pause: Pause?, schemaToCompare: Int64? = nil, indexes: [IndexFinding] = []
  ) {
    self.device = device
    self.incarnation = incarnation
    self.log = log
    self.pulled = pulled
    self.checkpoint = checkpoint
    self.snapshot = snapshot
    self.pushed = pushed
    self.applicationClient = applicationClient
    self.pendingLocal = pendingLocal
    self.parked = parked
    self.quarantined = quarantined
    self.conflicts = conflicts
    self.pause = pause
    self.schemaToCompare = schemaToCompare
    self.indexes = indexes
  }
}

/// A pause that a person asked for. An untimed one never ends by itself.
package struct Pause: Hashable, Sendable {
  /// When it ends, by the wall clock; `nil` means when someone resumes.
  package var until: Instant?
  /// Takes when it ends.
  package init(until: Instant?) { self.until = until }
}

/// What one push may hold.
package struct BatchLimits: Hashable, Sendable {
  /// Changes, at most.
  package var changes: Int
  /// Bytes of payload, at most; one change may be larger and then goes alone.
  package var bytes: Int
  /// Whether the newest change of a row brings the row as it is now (docs/protocol.md §4, Current rows). Otherwise
  /// every change is sent as it was logged.
  package var sendsCurrentRows: Bool
  /// The most bytes of a request that the hub takes: a change that does not fit into one alone is set aside unsent.
  package var requestBytesMax = Int.max
  /// Takes both bounds, and in which form rows go.
  package init(changes: Int, bytes: Int, sendsCurrentRows: Bool = false) {
    self.changes = changes
    self.bytes = bytes
    self.sendsCurrentRows = sendsCurrentRows
  }
}

/// A piece of the local log on its way to the hub.
package struct PushBatch: Sendable {
  /// The changes to send, in the order of the log.
  package var changes: [PushedChange]
  /// Log entries that cannot be sent, to be set aside when the batch is settled.
  package var unsendable: [MalformedEntry]
  /// Entries that have nothing left to say: their row vanished without a log entry (protocol.md §1, fact 7).
  package var passedOver: Int
  /// The last change id that the batch covers, whether sent or not.
  package var last: ChangeID
  /// Where the pulled cursor stood when the batch was made.
  package var cursor: Position
  /// Whether the log goes on behind it.
  package var hasMore: Bool
  /// The unique keys of the library, as its schema was when the batch was read.
  package var keys: LibraryKeys = .assumed
  /// Whether the hub takes rows as they are now, and with them keys.
  package var sendsCurrentRows = false
  /// The library that it was read from; `nil` if nobody has noted it.
  package var origin: RequestOrigin?
  /// Log entries that it was made of.
  package var entries = 0
  /// The log when it was read, as it is to be found again when the batch is settled; `missing` counts the ids that the
  /// batch covers and that have no entry.
  package var log = LogWatermark(pushed: .none, entry: nil, highest: .none, missing: 0)
  /// Entries of the log are gone that were still to be sent, and the library has not been compared with the hub since.
  package var hasGap = false
  /// What was found to have become of the log when it was read.
  package var logChange: LogChange?

  /// Takes every field.
  package init(
    changes: [PushedChange], unsendable: [MalformedEntry], passedOver: Int,
    last: ChangeID, cursor: Position, hasMore: Bool
  ) {
    self.changes = changes
    self.unsendable = unsendable
    self.passedOver = passedOver
    self.last = last
    self.cursor = cursor
    self.hasMore = hasMore
  }

  /// Whether it covers nothing.
  package var isEmpty: Bool { changes.isEmpty && unsendable.isEmpty && passedOver == 0 && entries == 0 }
}

/// What settling a batch did.
package struct PushResult: Hashable, Sendable {
  /// Changes that the hub took or had.
  package var accepted = 0
  /// Changes that were set aside.
  package var quarantined = 0
  /// Rows folded into another.
  package var folded = 0
  /// Columns of ours that lost.
  package var conflicts = 0
  /// Log entries with nothing left to say.
  package var passedOver = 0
  /// The first of what was set aside and what lost.
  package var samples = ReportSamples()
  /// Nothing settled yet.
  package init() {}
}

/// A page on its way into the library.
package struct PulledPage: Sendable {
  /// Whose rules it came under.
  package enum Rules: Hashable, Sendable {
    /// Full documents in the hub's order; the cursor goes to `next`.
    case layer2(next: Position, chain: ChainValue)
    /// Payloads may be partial, versions decide; the cursor goes to the last id received, or, on an empty page,
    /// to `proven` where two replies agreed on it.
    case layer1(proven: Position?)
  }
  /// The entries, ascending.
  package var entries: [ReceivedEntry]
  /// Whose rules they came under.
  package var rules: Rules
  /// The library that they were asked for; `nil` if nobody has noted it.
  package var origin: RequestOrigin?
  /// Where the page was asked from; `nil` if nobody has noted it. One that begins behind the pulled cursor was read ahead
  /// while changes were held, and is not taken in.
  package var since: Position?

  /// Takes every part.
  package init(
    entries: [ReceivedEntry], rules: Rules, origin: RequestOrigin? = nil, since: Position? = nil
  ) {
    self.since = since
    self.entries = entries
    self.rules = rules
    self.origin = origin
  }
}

/// What applying a page did.
package struct PageResult: Hashable, Sendable {
  /// Rows written, or found to say it already.
  package var applied = 0
  /// Entries skipped by rule.
  package var skipped = 0
  /// Documents parked.
  package var parked = 0
  /// Entries set aside.
  package var quarantined = 0
  /// Local values that lost.
  package var conflicts = 0
  /// The first of what was set aside and what lost.
  package var samples = ReportSamples()
  /// Where the pulled cursor stands now.
  package var cursor: Position = .start
  /// Nothing applied yet.
  package init() {}
}
