/// The sync cycle as a state machine: events in, effects out, no clock, no chance, no file (design.md §3).
///
/// A cycle pushes everything and pulls everything, in turns; where one fails, both end.
package struct Cycle: Sendable {
  /// What the cycle is doing. Which state may follow which: `State.Kind.successors`.
  package enum State: Hashable, Sendable {
    /// Nothing to do until something happens.
    case resting
    /// Opening the library.
    case opening
    /// Asking the hub what it is.
    case negotiating
    /// Reading the local log, beside a pull that may be under way.
    case loading(Pull?)
    /// Comparing the library with the hub, before anything is taken in.
    case comparing(ComparisonReason)
    /// The batch is on its way.
    case sending(Push, Pull?)
    /// Keeping a new incarnation.
    case renewing
    /// Working in the answers.
    case completingPush(Pull?)
    /// Pages are asked for and applied, one ahead of the other.
    case pulling(Pull)
    /// Starting over from a snapshot, piece after piece.
    case snapshotting(SnapshotReason)
    /// In step, and doing what somebody asked for.
    case onTask(MaintenanceTask)
    /// In step; a long poll is open.
    case listening
    /// The next try has a time.
    case waiting(Failure)
    /// Someone has to act; now and then it is probed whether they have.
    case blocked(Blockage)
    /// Blocked, and a probe is under way.
    case probing(Blockage)
    /// A person wants quiet.
    case paused(Pause)
  }

  /// What the cycle's owner decides.
  package struct Rules: Hashable, Sendable {
    /// Changes and bytes in one push.
    package var batch: BatchLimits
    /// How long local changes settle before they are pushed.
    package var debounce: Duration
    /// The periodic check, where no long poll is open.
    package var interval: Duration
    /// Whether a long poll is kept open at rest.
    package var listens: Bool
    /// How long a push goes on before a page is pulled beside it.
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

  /// What it is doing.
  package internal(set) var state: State = .resting
  /// What the server is, once it said so.
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
  /// Where the pulled cursor stands.
  package internal(set) var cursor: Position = .start
  /// The newest place in the log that the hub has named.
  package internal(set) var checkpoint: LogCheckpoint?
  /// The snapshot that is being taken in.
  package internal(set) var snapshot: SnapshotProgress?
  /// How many snapshots this cycle has begun: a hub that wants one again and again has a fault.
  var snapshotsBegun = 0
  /// How many comparisons of its own this cycle has begun.
  var comparisonsBegun = 0
  /// What this cycle, or the hub in a row, has done that makes no headway.
  var stall = StallDetector()
  /// What somebody asked for and is still to be done, in order.
  var tasks: [MaintenanceTask] = []
  /// What the library itself needs: to compare columns that it got later, to fetch children of rows that came back.
  package var ownTasks: [MaintenanceTask] = []
  /// Those of them that this cycle has begun.
  var ownTasksBegun: Set<MaintenanceTask> = []
  /// Changes from elsewhere that wait for a person's word: nothing is taken in, and the log is read on to count them.
  package var hold: Hold?
  /// The library has been opened and read, and can be used as far as is known.
  package internal(set) var isOpen = false
  /// There are local changes to send, as far as the library was last read.
  package var hasEdits = false
  /// Local changes came while a cycle ran.
  var isDirty = false
  /// The library's files moved while a cycle ran.
  var isTouched = false
  /// When the library's files first moved, and how often it was looked at again since.
  var touchedAt: Duration?
  var rechecks = 0
  /// The library looked damaged, and may be one that is just being copied into its place: nobody is told yet.
  var isTorn = false
  /// The present bounds of a batch; halved by 413, restored at the next cycle.
  var limits: BatchLimits
  /// How large batches and pages may be over this line.
  var pushPace = TransferSizer()
  var pullPace = TransferSizer()
  /// When the last pull was over, or the cycle began, by boot time.
  var pulledAt: Duration = .zero
  /// What a layer-1 server's refusals have shown.
  var isolation = RefusedChangeIsolation()
  /// How often a network change may still shorten a wait.
  var routeAllowance = RouteAllowance()
  /// When the present long poll was asked for.
  var listeningSince: Duration?
  /// The row of failures that goes on, where one does.
  var outage: OngoingOutage?
  /// When people were last told that one is over, by boot time.
  var lastRecovery: Duration?
  /// Lines about single rows that this cycle has given.
  var rowLines = 0
  /// Which cycle this is, from 1; 0 before the first.
  package internal(set) var number = 0
  /// What this cycle has moved.
  var pushedCount = 0
  var pulledCount = 0
  private(set) var rules: Rules

  /// A cycle that rests.
  package init(rules: Rules, backoff: Backoff) {
    self.rules = rules
    self.backoff = backoff
    limits = rules.batch
  }

  /// Takes other rules and bounds: they count from the next thing that is decided. Feed `.triggered` after it, so that
  /// what is planned already is planned anew. Another hub is asked what it is first; not while a cycle is under way.
  package mutating func reconfigure(rules: Rules, backoff: Backoff, isAnotherHub: Bool) {
    precondition(!(isAnotherHub && isBusy), "the hub is not exchanged in the middle of a cycle")
    if isAnotherHub { (hub, isolation) = (nil, RefusedChangeIsolation()) }
    self.rules = rules
    self.backoff.rebound(to: backoff)
  }

  /// Takes an event and gives back what is to be done.
  ///
  /// - Parameter random: from 0 up to 1, for the jitter of a failure.
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
    // First of all, so that whoever is told of the rest finds the next try's time already set.
    return [.setAlarm(plan.next.map { max($0 - now.boot, .zero) })] + effects
  }

  /// Whether a cycle is under way, a long poll not counted.
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
