/// The sync cycle as a state machine: it takes events and returns effects. It uses no clock, no randomness
/// and no file of its own.
///
/// A cycle pushes everything and pulls everything, in turns. If one fails, both end.
package struct Cycle: Sendable {
  /// What the cycle is doing. `State.Kind.successors` says which state may follow which.
  package enum State: Hashable, Sendable {
    /// Waiting for an event.
    case resting
    /// Opening the library.
    case opening
    /// Asking the hub what it is.
    case negotiating
    /// Reading the local log; a pull may be under way.
    case loading(Pull?)
    /// Comparing the library with the hub before anything is applied.
    case comparing(ComparisonReason)
    /// A batch is under way.
    case sending(Push, Pull?)
    /// Storing a new incarnation.
    case renewing
    /// Applying the answers.
    case completingPush(Pull?)
    /// Requesting and applying pages, one page ahead.
    case pulling(Pull)
    /// Rebuilding from a snapshot, piece by piece.
    case snapshotting(SnapshotReason)
    /// In sync, and running a maintenance task.
    case onTask(MaintenanceTask)
    /// In sync, with an open long poll.
    case listening
    /// Waiting for the scheduled next try.
    case waiting(Failure)
    /// Someone must act; the device probes now and then whether they have.
    case blocked(Blockage)
    /// Blocked, and a probe is under way.
    case probing(Blockage)
    /// Paused by a person.
    case paused(Pause)
  }

  /// The parameters that the cycle's owner sets.
  package struct Rules: Hashable, Sendable {
    /// The bounds of one push.
    package var batch: BatchLimits
    /// How long local changes settle before they are pushed.
    package var debounce: Duration
    /// The time between periodic checks if no long poll is open.
    package var interval: Duration
    /// Whether the cycle keeps a long poll open at rest.
    package var listens: Bool
    /// How long pushes go on before a page is pulled between them.
    package var pullEvery: Duration
    /// Takes every rule.
    package init(
      batch: BatchLimits, debounce: Duration, interval: Duration, listens: Bool,
      pullEvery: Duration = .seconds(1)
    ) {
      self.pullEvery = pullEvery
      self.batch = batch
      self.debounce = debounce
      self.interval = interval
      self.listens = listens
    }
  }

  /// The current state.
  package internal(set) var state: State = .resting
  /// What the server is; `nil` until it has said so.
  package internal(set) var hub: HubKind?
  /// The failures since the last success.
  package internal(set) var backoff: Backoff
  /// When to wake up.
  package internal(set) var plan = WakePlan()
  /// Since when the state that people see has held.
  package internal(set) var since: Moment?
  /// When everything was last pushed and pulled.
  package internal(set) var lastSuccess: Instant?
  /// The newest position that the hub has named.
  package internal(set) var hubHead: Position = .start
  /// The pulled cursor.
  package internal(set) var cursor: Position = .start
  /// The newest log checkpoint from the hub.
  package internal(set) var checkpoint: LogCheckpoint?
  /// The snapshot in progress.
  package internal(set) var snapshot: SnapshotProgress?
  /// How many snapshots this cycle has begun: a hub that asks for one again and again is faulty.
  var snapshotsBegun = 0
  /// How many comparisons the cycle has begun without being asked to.
  var comparisonsBegun = 0
  /// Counts of steps that make no progress.
  var stall = StallDetector()
  /// The requested maintenance tasks that are still to do, in order.
  var tasks: [MaintenanceTask] = []
  /// Maintenance tasks that the library itself needs: compare columns that it got later, fetch children of
  /// rows that came back.
  package var ownTasks: [MaintenanceTask] = []
  /// Those of them that this cycle has begun.
  var ownTasksBegun: Set<MaintenanceTask> = []
  /// Remote changes that wait for a person's decision: nothing is applied, and the log is read only to count
  /// them.
  package var hold: Hold?
  /// The library was opened and read, and is usable as far as is known.
  package internal(set) var isOpen = false
  /// There were local changes to send when the library was last read.
  package var hasEdits = false
  /// Local changes arrived during a cycle.
  var isDirty = false
  /// The library's files moved during a cycle.
  var isTouched = false
  /// When the library's files first moved, and how often it was checked since.
  var touchedAt: Duration?
  var rechecks = 0
  /// The library looked damaged but may be in the middle of being copied: not reported yet.
  var isTorn = false
  /// The current bounds of a batch; a 413 halves them, the next cycle restores them.
  var limits: BatchLimits
  /// How large batches and pages may be over this line.
  var pushPace = TransferSizer()
  var pullPace = TransferSizer()
  /// When the last pull ended, or the cycle began, by boot time.
  var pulledAt: Duration = .zero
  /// What a layer-1 server's refusals have shown.
  var isolation = RefusedChangeIsolation()
  /// How often a network change may still shorten a wait.
  var routeAllowance = RouteAllowance()
  /// When the current long poll was sent, by boot time.
  var listeningSince: Duration?
  /// The current outage; `nil` if there is none.
  var outage: OngoingOutage?
  /// When the end of an outage was last reported, by boot time.
  var lastRecovery: Duration?
  /// How many lines about single rows this cycle has reported.
  var rowLines = 0
  /// The number of this cycle, from 1; 0 before the first.
  package internal(set) var number = 0
  /// How many changes this cycle has pushed and pulled.
  var pushedCount = 0
  var pulledCount = 0
  private(set) var rules: Rules

  /// Starts at rest.
  package init(rules: Rules, backoff: Backoff) {
    self.rules = rules
    self.backoff = backoff
    limits = rules.batch
  }

  /// Replaces rules and backoff bounds; they apply from the next decision on. Feed `.triggered` afterwards to
  /// replace what is planned already. With another hub, the next cycle asks first what it is; that is not
  /// allowed during a cycle.
  package mutating func reconfigure(rules: Rules, backoff: Backoff, isAnotherHub: Bool) {
    precondition(!(isAnotherHub && isBusy), "the hub is not exchanged in the middle of a cycle")
    if isAnotherHub { (hub, isolation) = (nil, RefusedChangeIsolation()) }
    self.rules = rules
    self.backoff.rebound(to: backoff)
  }

  /// Handles an event and returns what to do.
  ///
  /// - Parameter random: at least 0, below 1, for the jitter of a failure.
  package mutating func handle(_ event: Event, at now: Moment, random: Double) -> [Effect] {
    let effects: [Effect]
    switch event {
    case .started: effects = begin(now)
    case .opened(let deviceState): effects = opened(deviceState, now)
    case .libraryReplaced: effects = libraryReplaced(now, random: random)
    case .libraryChanged: effects = libraryChanged(now)
    case .libraryTouched: effects = libraryTouched(now) + lockMayBeFree(now)
    case .libraryTorn: effects = libraryTorn(now)
    case .libraryUnchanged: effects = libraryUnchanged(now)
    case .timerFired: effects = timerFired(now)
    case .wokenFromSleep: effects = wokenFromSleep(now, random: random)
    case .clockSet(let span): effects = clockSet(by: span, now, random: random)
    case .routeAppeared: effects = routeAppeared(now, random: random)
    case .networkPathChanged: effects = networkPathChanged(now, random: random)
    case .triggered: effects = triggered(now)
    case .paused(let pause): effects = self.pause(pause, now)
    case .resumed: effects = resume(now)
    case .negotiated(let kind): effects = negotiated(kind, now)
    case .loaded(let isEmpty, let nothingToSend, let count, let last, let hasGap):
      effects =
        (hasGap ? compareGap(now, random: random) : nil)
        ?? loaded(isEmpty: isEmpty, nothingToSend: nothingToSend, count: count, last: last, now)
    case .logChanged(let change): effects = logChanged(change)
    case .compared(let queued): effects = compared(queued: queued, now)
    case .sent(let checkpoint): effects = sent(checkpoint, now)
    case .refusedAsTooLarge(let byHub, let bytes):
      effects = refusedAsTooLarge(byHub: byHub, bytes: bytes, now, random: random)
    case .refused(let refusal, let failure): effects = refused(refusal, failure, now, random: random)
    case .deviceRewound: effects = deviceRewound(now, random: random)
    case .renewed: effects = renewed()
    case .pushCompleted(let result): effects = pushCompleted(result, now)
    case .pulled(let page): effects = pulled(page, now, random: random)
    case .applied(let applied): effects = self.applied(applied, now, random: random)
    case .snapshotRequired(let reason): effects = snapshotRequired(reason, now, random: random)
    case .snapshotFetched: effects = snapshotFetched(now)
    case .snapshotTaken(let step): effects = snapshotTaken(step, now)
    case .probed: effects = probed(now)
    case .taskRequested(let task): effects = taskRequested(task, now)
    case .taskEnded(let hasQueued): effects = taskEnded(hasQueued: hasQueued, now)
    case .failed(let failure): effects = failed(failure, now, random: random)
    }
    // First, so that whoever learns of the other effects finds the time of the next try set.
    return [.setAlarm(plan.next.map { max($0 - now.boot, .zero) })] + effects
  }

  /// Whether a cycle is under way. A long poll does not count.
  package var isBusy: Bool {
    switch state {
    case .opening, .negotiating, .loading, .comparing, .sending, .renewing, .completingPush, .pulling,
      .snapshotting,
      .onTask:
      true
    case .resting, .listening, .waiting, .blocked, .probing, .paused: false
    }
  }
}
