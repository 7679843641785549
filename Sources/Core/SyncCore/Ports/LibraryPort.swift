/// Runs work on the library and returns the outcome to the event loop.
///
/// The daemon runs the work on the store's own queue; a simulation runs it inline. Work runs one piece at a
/// time, in the order of the calls.
package protocol LibraryPort: AnyObject {
  /// Runs `work`, then calls `completion` on the event loop.
  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void)

  /// Checks, after the work already queued, whether someone else has written. Opens the file only if it
  /// differs from when it was last read.
  func look(completion: @escaping @Sendable (Result<LookResult, StoreError>) -> Void)

  /// Closes the file after the work already queued, then calls `completion` on the event loop. The next work
  /// opens the file again.
  func release(completion: @escaping @Sendable () -> Void)

  /// Closes the file after the work already queued, and drops what was read from it. The next work opens the
  /// file that has its name by then.
  func reopen()
}

/// What a check for changes found.
package enum LookResult: Hashable, Sendable {
  /// Nobody has written the files since the last read. Nothing was opened.
  case unmoved
  /// Someone wrote the files, but no new commit is visible yet.
  case unchanged
  /// Someone else has committed; this is the library's new standing.
  case changed(DeviceState)
}

/// The library file as the sync cycle sees it: synchronous, blocking, without policy. Every function that
/// writes moves its cursor in the same transaction as the data (docs/promises.md, promise 1).
package protocol SyncLibrary: LibraryRecords {
  /// Reads this device's identity, its cursors, and the counts of what waits.
  func deviceState() throws(StoreError) -> DeviceState
  /// Writes values of the hub's that were kept until their columns appeared.
  func fillIn() throws(StoreError) -> PageResult
  /// Checks, at most once in a while, whether someone has rebuilt a full-text index that was out of step.
  func lookAtIndexes() throws(StoreError)
  /// Records that every column due under this schema version has been compared with the hub.
  func columnsWereCompared(schema: Int64) throws(StoreError)
  /// Records that no row lacks its children any more.
  func childrenWereFetched() throws(StoreError)
  /// Reads the next changes of the local log within the limits, each self-contained.
  func nextBatch(_ limits: BatchLimits) throws(StoreError) -> PushBatch
  /// Applies the hub's answers and moves the pushed cursor (docs/protocol.md §3, rules 4 to 8).
  ///
  /// - Parameter checkpoint: the log checkpoint that the hub sent with the answers.
  func completePush(
    _ batch: PushBatch, answers: [Answer], checkpoint: LogCheckpoint?
  ) throws(StoreError) -> PushResult
  /// Moves the pushed cursor past a batch that a layer-1 server accepted. Such a server reports no verdicts.
  func completePushWithoutAnswers(_ batch: PushBatch) throws(StoreError) -> PushResult
  /// Quarantines the batch's only change, which the hub will never accept, and moves the pushed cursor past
  /// it.
  func quarantine(_ batch: PushBatch, code: String, reason: String) throws(StoreError) -> PushResult
  /// Applies a page in short transactions and moves the pulled cursor with each. While changes are held, and
  /// from the first transaction that would take too much, it only counts what the page takes; the cursor
  /// stays.
  func apply(_ page: PulledPage) throws(StoreError) -> PageResult
  /// Applies a piece of a snapshot in short transactions. The first piece begins the snapshot; the last one
  /// sets the pulled cursor to the snapshot's start. Unacknowledged local changes stay as they are.
  func apply(_ piece: SnapshotPiece, reason: SnapshotReason) throws(StoreError) -> SnapshotStep
  /// Computes the checksums of all rows, by entity.
  func sums() throws(StoreError) -> [String: BucketSums]
  /// Computes the checksum of every row in these buckets, by uuid.
  func digests(in buckets: Set<BucketName>) throws(StoreError) -> [BucketName: [String: RowDigest]]
  /// Examines rows whose checksums differed, and applies the remedy to those that really differ.
  func examine(_ rows: [HubRow], repair: RepairAction) throws(StoreError) -> ExaminationResult
  /// Ends a comparison that a cycle started, and clears its reason unless the reason has come up again
  /// meanwhile.
  func endComparison(_ reason: ComparisonReason) throws(StoreError)
  /// Stores how many rows of the hub's a comparison found missing here.
  func keep(lacking: Int) throws(StoreError)
  /// How much remote changes may take before they are held. The caller sets it before other work.
  var brake: Brake { get set }
  /// Records that the library was in sync for the first time.
  func endFirstSync() throws(StoreError)
  /// Stores the log that the cursors belong to.
  func adopt(log: LogID) throws(StoreError)
  /// Drops the log that the cursors belonged to, and begins a snapshot of another.
  func join(log: LogID) throws(StoreError)
  /// Begins a new incarnation, because the library was restored from an older copy (409 `device_rewound`).
  func renewIncarnation(_ incarnation: Incarnation) throws(StoreError)
  /// Deletes at most `limit` acknowledged entries of the local log that are older than `moment`; returns how
  /// many it deleted.
  func pruneLog(before moment: Instant, limit: Int) throws(StoreError) -> Int
  /// Stores a pause so that it survives restarts; `nil` ends it.
  func keep(pause: Pause?) throws(StoreError)
  /// Returns true once if the library, when it was opened, proved to be a copy from another time and a new
  /// incarnation began.
  func consumeRestoredFlag() -> Bool
  /// Returns whether someone else has committed something to sync since the last call. Writes nothing.
  func hasChangedOutside() throws(StoreError) -> Bool
}

/// This device's identity, cursors and counts, all read from the library file.
package struct DeviceState: Hashable, Sendable {
  /// This device.
  package var device: DeviceID
  /// Its current incarnation.
  package var incarnation: Incarnation
  /// The log that the cursors belong to; `nil` before the first contact with a layer-2 hub.
  package var log: LogID?
  /// The pulled cursor: everything up to here has been applied.
  package var pulled: Position
  /// The newest log checkpoint from the hub.
  package var checkpoint: LogCheckpoint?
  /// The snapshot in progress.
  package var snapshot: SnapshotProgress?
  /// The pushed cursor: everything up to here in the local log is acknowledged.
  package var pushed: ChangeID
  /// The application's client id of the newest local change; a layer-1 server needs it.
  package var applicationClient: String?
  /// Unacknowledged local changes.
  package var pendingLocal: Int
  /// Parked documents: they wait for a key or a parent.
  package var parked: Int
  /// Quarantined entries of both directions.
  package var quarantined: Int
  /// Conflict records.
  package var conflicts: Int
  /// The pause in force.
  package var pause: Pause?
  /// The version of the library's schema, if some of its columns must still be compared with the hub.
  package var schemaToCompare: Int64?
  /// Full-text indexes that the daemon does not maintain here.
  package var indexes: [IndexFinding]
  /// The application's log lost entries before the daemon sent them, and no comparison with the hub has
  /// followed yet.
  package var hasLogGap = false
  /// Rows came back whose children may be missing.
  package var hasIncompleteRows = false
  /// When the daemon last found the application's log emptied and its ids restarted.
  package var logResetAt: Instant?
  /// Rows that the hub has and this library lacks, as of the last comparison; `nil` before the first.
  package var lacking: Int?
  /// Remote changes that are held until a person decides.
  package var hold: Hold?
  /// The library has never been in sync.
  package var isFirstSync = false

  /// Takes the fields that every library has; the others keep their defaults.
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

/// A pause that a person asked for.
package struct Pause: Hashable, Sendable {
  /// When it ends, by the wall clock; `nil` if it lasts until someone resumes.
  package var until: Instant?
  /// Takes the end by the wall clock; `nil` for an untimed pause.
  package init(until: Instant?) { self.until = until }
}

/// The bounds of one push.
package struct BatchLimits: Hashable, Sendable {
  /// The most changes.
  package var changes: Int
  /// The most bytes of payload. A single change may be larger; it is then sent alone.
  package var bytes: Int
  /// Whether the newest change of a row carries the row as it is now (docs/protocol.md §4, Current rows).
  /// Otherwise every change is sent as it was logged.
  package var sendsCurrentRows: Bool
  /// The most bytes of a request that the hub accepts. A change that does not fit even alone is quarantined
  /// unsent.
  package var requestBytesMax = Int.max
  /// Takes both bounds, and whether changes carry current rows.
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
  /// Log entries that cannot be sent; settling the batch quarantines them.
  package var unsendable: [MalformedEntry]
  /// Number of entries that need not be sent: their row vanished without a log entry (docs/protocol.md §1,
  /// fact 7).
  package var passedOver: Int
  /// The last change id that the batch covers, sent or not.
  package var last: ChangeID
  /// The pulled cursor when the batch was read.
  package var cursor: Position
  /// Whether the log has more entries after the batch.
  package var hasMore: Bool
  /// The library's unique keys, by its schema when the batch was read.
  package var keys: LibraryKeys = .assumed
  /// Whether the hub accepts current rows, and keys with them.
  package var sendsCurrentRows = false
  /// The library state that the batch was read from; `nil` if nobody has recorded it.
  package var origin: RequestOrigin?
  /// Number of log entries that the batch covers.
  package var entries = 0
  /// The state of the log when the batch was read; settling checks it again. `missing` counts the ids that
  /// the batch covers and that have no entry.
  package var log = LogWatermark(pushed: .none, entry: nil, highest: .none, missing: 0)
  /// The log lost entries before they were sent, and no comparison with the hub has followed yet.
  package var hasGap = false
  /// The change of the log that was found while reading it.
  package var logChange: LogChange?

  /// Takes the changes, and what the batch covers; the other fields keep their defaults.
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

  /// Whether the batch covers no log entry.
  package var isEmpty: Bool { changes.isEmpty && unsendable.isEmpty && passedOver == 0 && entries == 0 }
}

/// What settling a batch did.
package struct PushResult: Hashable, Sendable {
  /// Changes that the hub accepted now or had accepted before.
  package var accepted = 0
  /// Changes that were quarantined.
  package var quarantined = 0
  /// Rows merged into another row.
  package var folded = 0
  /// Local columns that lost.
  package var conflicts = 0
  /// Log entries that need not be sent.
  package var passedOver = 0
  /// The first quarantined entries and the first rows that lost values.
  package var samples = ReportSamples()
  /// Starts with nothing settled.
  package init() {}
}

/// A page on its way into the library.
package struct PulledPage: Sendable {
  /// The rules of the server that the page came from.
  package enum Rules: Hashable, Sendable {
    /// Full documents in the hub's order; the cursor moves to `next`.
    case layer2(next: Position, chain: ChainValue)
    /// Payloads may be partial, versions decide. The cursor moves to the last id received; on an empty page
    /// it moves to `proven` if two replies agreed on it.
    case layer1(proven: Position?)
  }
  /// The entries, ascending.
  package var entries: [ReceivedEntry]
  /// The rules of the server that they came from.
  package var rules: Rules
  /// The library state that the page was requested for; `nil` if nobody has recorded it.
  package var origin: RequestOrigin?
  /// The position that the page was requested from; `nil` if nobody has recorded it. A page that begins after
  /// the pulled cursor was read ahead while changes were held; it is not applied.
  package var since: Position?

  /// Takes the entries, the server's rules, and the request that the page answers.
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
  /// Rows written, and rows that already had the values.
  package var applied = 0
  /// Entries that a rule skipped.
  package var skipped = 0
  /// Documents parked.
  package var parked = 0
  /// Entries quarantined.
  package var quarantined = 0
  /// Local values that lost.
  package var conflicts = 0
  /// The first quarantined entries and the first rows that lost values.
  package var samples = ReportSamples()
  /// The pulled cursor afterwards.
  package var cursor: Position = .start
  /// Starts with nothing applied.
  package init() {}
}
