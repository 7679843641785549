/// What happened, for the cycle.
package enum Event: Sendable {
  /// The daemon starts.
  case started
  /// The library is open; `deviceState` is its state.
  case opened(DeviceState)
  /// The library's name now belongs to another file: what was read from the old one no longer holds.
  case libraryReplaced
  /// Someone else has committed to the library.
  case libraryChanged
  /// The library's files moved, but no commit of someone else's is visible yet.
  case libraryTouched
  /// A check found the file damaged, or in the middle of being copied.
  case libraryTorn
  /// A second check found no commit either.
  case libraryUnchanged
  /// The alarm rang.
  case timerFired
  /// The machine woke from sleep: open connections may be dead.
  case wokenFromSleep
  /// Somebody set the wall clock, by this span.
  case clockSet(by: Duration)
  /// A new route into some network appeared.
  case routeAppeared
  /// The machine's route to the hub is no longer that of its open connections: they may be dead.
  case networkPathChanged
  /// A person, a script or a changed configuration asks for a cycle now.
  case triggered
  /// A person pauses syncing.
  case paused(Pause)
  /// A person resumes syncing.
  case resumed
  /// The hub said what it is.
  case negotiated(HubKind)
  /// The next batch of the local log is in hand. `hasGap`: the log lost entries before they were sent, and no
  /// comparison with the hub has followed yet.
  case loaded(isEmpty: Bool, nothingToSend: Bool, count: Int, last: ChangeID, hasGap: Bool = false)
  /// The application's log has changed unexpectedly. What was in hand is void; the library has recorded the
  /// change.
  case logChanged(LogChange)
  /// The library was compared with the hub; the number of rows that no log entry mentioned and that are now
  /// queued.
  case compared(queued: Int)
  /// The hub accepted the batch and answered, with its log checkpoint if it sent one.
  case sent(LogCheckpoint?)
  /// The batch is too large (413). `byHub`: for the hub, by its own statement or bound; else for something on
  /// the way. `bytes` is the size of the request's body.
  case refusedAsTooLarge(byHub: Bool, bytes: Int)
  /// A layer-1 server refused the batch; the failure is what the answer means if no change is at fault.
  case refused(BatchRefusal, Failure)
  /// The hub knows the change ids with other content (409 `device_rewound`).
  case deviceRewound
  /// The new incarnation is stored.
  case renewed
  /// The answers are applied.
  case pushCompleted(PushResult)
  /// A page is in hand.
  case pulled(PageSummary)
  /// The page is applied.
  case applied(PageResult)
  /// The hub asks for a rebuild: our cursor is too old, or the hub was restored.
  case snapshotRequired(SnapshotReason)
  /// A piece of the snapshot is in hand.
  case snapshotFetched
  /// The piece is applied.
  case snapshotTaken(SnapshotStep)
  /// The probe succeeded: the hub is usable.
  case probed
  /// A person asks for a maintenance task.
  case taskRequested(MaintenanceTask)
  /// The task is done; whether it has queued changes for the hub.
  case taskEnded(hasQueued: Bool)
  /// Something failed.
  case failed(Failure)
}

/// The kind of server.
package enum HubKind: Hashable, Sendable {
  /// A layer-1 server: it has no `/capabilities`, or those of another protocol.
  case layer1
  /// A hub of this project, with its bounds.
  case layer2(log: LogID, maxChanges: Int, maxBytes: Int, offers: HubFeatures)

  /// The most bytes of a request that the server accepts; a layer-1 server names no bound.
  package var requestBytesMax: Int {
    guard case .layer2(_, _, let bytes, _) = self else { return .max }
    return bytes
  }

  /// The hub's features; `nil` for a layer-1 server.
  package var offers: HubFeatures? {
    guard case .layer2(_, _, _, let offers) = self else { return nil }
    return offers
  }
}

/// The features of a layer-2 hub beyond verdicts and pages (`features` of its capabilities).
package struct HubFeatures: Hashable, Sendable {
  /// `/snapshot`.
  package var snapshot: Bool
  /// `/rows`.
  package var rows: Bool
  /// `/digest`.
  package var digest: Bool
  /// A log checkpoint ahead of the cursor (`chain_at`).
  package var checkpoint: Bool
  /// The sender's unique keys (`keys`).
  package var keys: Bool
  /// Rows as they are now (`current`).
  package var current: Bool
  /// The hub keeps a device's place while the device reads ahead in the log (`held`).
  package var held: Bool

  /// Takes every flag.
  package init(
    snapshot: Bool, rows: Bool, digest: Bool, checkpoint: Bool, keys: Bool = false, current: Bool = false,
    held: Bool = false
  ) {
    self.held = held
    self.keys = keys
    self.current = current
    self.checkpoint = checkpoint
    self.snapshot = snapshot
    self.rows = rows
    self.digest = digest
  }

  /// Whether the hub supports a maintenance task.
  package func allows(_ task: MaintenanceTask) -> Bool {
    switch task {
    case .verify(let repairs): digest && (rows || !repairs)
    case .adopt: digest
    case .fillColumns, .fetchChildren: digest && rows
    case .resync, .join: snapshot
    }
  }
}

/// What a page says about itself.
package struct PageSummary: Hashable, Sendable {
  /// The number of entries.
  package var count: Int
  /// The highest id received; `nil` in an empty page.
  package var last: Position?
  /// The newest position in the log, as the server says.
  package var latest: Position
  /// Layer 2: the position to request from next; `nil` from a layer-1 server.
  package var next: Position?
  /// Layer 2: the chain value at `next`.
  package var chain: ChainValue?
  /// Layer 2: whether there is more.
  package var hasMore: Bool

  /// Takes every field.
  package init(
    count: Int, last: Position?, latest: Position, next: Position?, chain: ChainValue?, hasMore: Bool
  ) {
    self.count = count
    self.last = last
    self.latest = latest
    self.next = next
    self.chain = chain
    self.hasMore = hasMore
  }
}
