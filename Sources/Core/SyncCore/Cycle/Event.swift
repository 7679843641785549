/// What happened to the cycle.
package enum Event: Sendable {
  /// The daemon starts.
  case started
  /// The library is open; `deviceState` is what it says.
  case opened(DeviceState)
  /// The library's name stands for another file now: what was read of the old one is not true of it.
  case libraryReplaced
  /// Someone else has written the library.
  case libraryChanged
  /// The library's files moved, and no commit of someone else's is to be seen yet.
  case libraryTouched
  /// A look found a file that is damaged, or that is just being copied into its place.
  case libraryTorn
  /// A second look found no commit either.
  case libraryUnchanged
  /// The alarm rang.
  case timerFired
  /// The machine slept, and goes on: connections that were open then lead nowhere.
  case wokenFromSleep
  /// Somebody set the wall clock, by so much.
  case clockSet(by: Duration)
  /// There is a way into some network that was not there before.
  case routeAppeared
  /// This machine reaches the hub another way than its open connections go: they may lead nowhere by now.
  case networkPathChanged
  /// A person, a script or a changed configuration wants a cycle now.
  case triggered
  /// A person wants quiet.
  case paused(Pause)
  /// A person wants work again.
  case resumed
  /// The hub said what it is.
  case negotiated(HubKind)
  /// The next piece of the local log is in hand; `hasGap`: entries of the log are gone that were still to be sent, and
  /// the library has not been compared with the hub since.
  case loaded(isEmpty: Bool, nothingToSend: Bool, count: Int, last: ChangeID, hasGap: Bool = false)
  /// The application's log is not the one that it was. What was in hand is void; the library has noted it.
  case logChanged(LogChange)
  /// The library is compared with the hub; how many rows that the log did not tell of are queued.
  case compared(queued: Int)
  /// The hub took the batch and answered; what it said of its log.
  case sent(LogCheckpoint?)
  /// The batch is too large (413): for the hub by its own word or bound, or for something on the way. `bytes` is the
  /// size of the request's body.
  case refusedAsTooLarge(byHub: Bool, bytes: Int)
  /// A layer-1 server did not take the batch; what the answer means where no change is at fault.
  case refused(BatchRefusal, Failure)
  /// The hub knows the change ids with other content (409 `device_rewound`).
  case deviceRewound
  /// The new incarnation is kept.
  case renewed
  /// The answers are worked in.
  case pushCompleted(PushResult)
  /// A page is in hand.
  case pulled(PageSummary)
  /// The page is in the library.
  case applied(PageResult)
  /// The hub wants us to start over: our cursor is too old, or the hub was restored.
  case snapshotRequired(SnapshotReason)
  /// A piece of the snapshot is in hand.
  case snapshotFetched
  /// The piece is in the library.
  case snapshotTaken(SnapshotStep)
  /// A probe was answered as by a hub that can be worked with.
  case probed
  /// A person wants something done that takes both library and hub.
  case taskRequested(MaintenanceTask)
  /// It is done; whether it has queued changes for the hub.
  case taskEnded(hasQueued: Bool)
  /// Something failed.
  case failed(Failure)
}

/// What a server turned out to be.
package enum HubKind: Hashable, Sendable {
  /// A layer-1 server: no `/capabilities`, or those of another protocol.
  case layer1
  /// One of our hubs, with its bounds.
  case layer2(log: LogID, maxChanges: Int, maxBytes: Int, offers: HubFeatures)

  /// The most bytes of a request that it takes; a layer-1 server names no bound.
  package var requestBytesMax: Int {
    guard case .layer2(_, _, let bytes, _) = self else { return .max }
    return bytes
  }

  /// What it offers; `nil` for a layer-1 server.
  package var offers: HubFeatures? {
    guard case .layer2(_, _, _, let offers) = self else { return nil }
    return offers
  }
}

/// What a layer-2 hub offers beyond verdicts and pages (`features` of its capabilities).
package struct HubFeatures: Hashable, Sendable {
  /// `/snapshot`.
  package var snapshot: Bool
  /// `/rows`.
  package var rows: Bool
  /// `/digest`.
  package var digest: Bool
  /// A witness ahead of the cursor (`chain_at`).
  package var checkpoint: Bool
  /// The sender's unique keys (`keys`).
  package var keys: Bool
  /// Rows as they are now (`current`).
  package var current: Bool
  /// A device that reads on in the log keeps its place (`held`).
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

  /// Whether an errand can be done with it.
  package func allows(_ task: MaintenanceTask) -> Bool {
    switch task {
    case .verify(let repairs): digest && (rows || !repairs)
    case .adopt: digest
    case .fillColumns, .fetchChildren: digest && rows
    case .resync, .join: snapshot
    }
  }
}

/// What a page says of itself.
package struct PageSummary: Hashable, Sendable {
  /// Entries in it.
  package var count: Int
  /// The highest id received, `nil` in an empty page.
  package var last: Position?
  /// The newest position in the log, as the server says.
  package var latest: Position
  /// Layer 2: where to ask from next, with the chain value there; `nil` from a layer-1 server.
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
