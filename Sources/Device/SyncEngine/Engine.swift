import SyncCore
import SyncWire

/// Carries out the cycle's effects through the ports and feeds the results back.
///
/// An actor on the event loop's executor. Its methods are synchronous, so nothing happens between two lines
/// of one of them (docs/decisions/0004). Code on the loop enters with `assumeIsolated`.
package actor Engine {
  /// The loop that this actor runs on.
  private nonisolated let executor: any SerialExecutor
  /// The loop that this actor runs on. The property above keeps the executor alive longer than the actor.
  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  let library: any LibraryPort
  let hub: any HubPort
  let time: any TimePort
  let work: any WorkPort
  let observer: any EngineObserver
  var settings: EngineSettings

  var cycle: Cycle
  var deviceState: DeviceState? {
    didSet {
      var due: [MaintenanceTask] = []
      if deviceState?.schemaToCompare != nil { due.append(.fillColumns) }
      if deviceState?.hasIncompleteRows == true { due.append(.fetchChildren) }
      cycle.ownTasks = due
      cycle.hasEdits = (deviceState?.pendingLocal ?? 0) > 0
      cycle.hold = deviceState?.hold
      if let hold = deviceState?.hold, oldValue?.hold == nil {
        observer.report(.held(hold), cycle: cycle.number)
      }
      reportIndexes()
    }
  }
  /// The batch under way, and the hub's answers to it.
  var batch: PushBatch?
  var answers: [Answer]?
  /// How many batches were requested.
  var loads = 0
  /// The pages in hand, oldest first; at most two.
  var pages: [PulledPage] = []
  /// The piece of a snapshot in hand.
  var piece: SnapshotPiece?
  /// The comparison under way.
  var comparison: MaintenanceTaskRun?
  /// Who waits for which maintenance task.
  var taskWaiters: [(task: MaintenanceTask, completion: @Sendable (MaintenanceTaskOutcome) -> Void)] = []
  /// The requests under way: at most a page and one other. `generation` tells late replies from awaited ones.
  var requests: [UInt64: RequestTicket] = [:]
  var requestCount: UInt64 = 0
  var generation: UInt64 = 0
  var nextAttempt: Instant?
  /// How far this machine's clock is ahead of the hub's, as of the hub's last capabilities.
  var clockAhead: Duration?
  /// The findings about full-text indexes that were reported.
  var reportedIndexes: [IndexFinding] = []
  /// When the cycle under way began, by boot time.
  var cycleBegan: Duration?
  var meter = ProgressMeter()
  /// When the application's log was last pruned, by boot time.
  var prunedAt: Duration?
  /// Who waits for a cycle to end.
  var waiters: [CycleWaiter] = []
  /// Changes quarantined since the start.
  var setAsideCount = 0
  /// Events that arrived while another's effects were carried out, in order.
  private var events: [Event] = []
  private var isCarryingOut = false
  /// Replies to waiters. They go out once no effect is left, because a waiter may ask again at once.
  private var replies: [() -> Void] = []

  /// Takes the loop and the ports. Nothing happens before `start`.
  package init(
    executor: any SerialExecutor, library: sending any LibraryPort, hub: sending any HubPort,
    time: sending any TimePort, work: sending any WorkPort, observer: sending any EngineObserver,
    settings: EngineSettings
  ) {
    self.executor = executor
    self.library = library
    self.hub = hub
    self.time = time
    self.work = work
    self.observer = observer
    self.settings = settings
    cycle = Cycle(rules: settings.rules, backoff: settings.backoff)
  }

  /// Begins the first cycle.
  package func start() { feed(.started) }

  /// The library's name now belongs to another file.
  package func libraryWasReplaced() {
    library.reopen()
    deviceState = nil
    (batch, answers) = (nil, nil)
    feed(.libraryReplaced)
  }

  /// The watcher saw the library's files move. Someone else's commit matters, our own does not.
  package func libraryMayHaveChanged() {
    guard settings.pushes, !isPaused else { return }
    // Not open yet, or closed after a failure: the unusable file may have been replaced.
    guard cycle.isOpen else { return lookWhetherMoved() }
    look(otherwise: .libraryTouched)
  }

  /// While syncing is paused, only the owner touches the file: not even a check opens it. The cycle after the
  /// pause finds what was written meanwhile.
  private var isPaused: Bool { if case .paused = cycle.state { true } else { false } }

  /// Closes the library, then calls `completion` on the loop. From then on only the owner touches the file.
  package func releaseLibrary(_ completion: @escaping @Sendable () -> Void) {
    library.release(completion: completion)
  }

  /// The library could not be closed. That must be reported, because nobody may copy over the file now.
  package func libraryWasNotClosed(_ error: StoreError) { libraryFailed(error) }

  /// Checks the library without a reason to: it is polled if the system cannot watch it.
  package func pollLibrary() {
    guard settings.pushes, cycle.isOpen, !cycle.isBusy, !isPaused else { return }
    look(otherwise: nil)
  }

  /// The machine woke from sleep.
  package func machineWoke() { feed(.wokenFromSleep) }

  /// Somebody set the wall clock, by this span.
  package func clockWasSet(by span: Duration) {
    clockAhead = clockAhead.map { $0 + span }
    feed(.clockSet(by: span))
  }

  /// A new route into some network appeared.
  package func routeAppeared() { feed(.routeAppeared) }

  /// The machine's route to the hub is no longer that of its open connections.
  package func networkPathChanged() { feed(.networkPathChanged) }

  /// Checks whether someone else has committed.
  ///
  /// - Parameters:
  ///   - unchanged: the event if the files were written but show nothing new.
  ///   - unmoved: the event if the files were not even written.
  func look(
    otherwise unchanged: Event?, unmoved: Event? = nil,
    then completion: @escaping @Sendable (isolated Engine) -> Void = { _ in }
  ) {
    library.look { result in
      self.assumeIsolated { engine in
        defer { completion(engine) }
        switch result {
        case .success(.unmoved):
          if let unmoved { engine.feed(unmoved) }
        case .success(.unchanged):
          if let unchanged { engine.feed(unchanged) }
        case .success(.changed(let deviceState)):
          engine.deviceState = deviceState
          engine.feed(.libraryChanged)
        case .failure(.replaced): engine.libraryWasReplaced()
        case .failure(let error) where error.mayBeHalfWritten: engine.feed(.libraryTorn)
        // It is unknown whether there is a commit, and another check would not tell. The cycle that begins
        // finds it, or reports why the library is unreadable.
        case .failure: engine.feed(.libraryChanged)
        }
      }
    }
  }

  /// Tries a library that is not open, or could not be opened, again only if somebody has written it. Our own
  /// tries create and remove files beside it, which the watcher reports too.
  private func lookWhetherMoved() {
    library.look { result in
      self.assumeIsolated { engine in
        if case .success(.unmoved) = result { return }
        engine.feed(.libraryTouched)
      }
    }
  }

  /// Checks whether someone else has committed, then calls `completion` on the loop, whatever the result.
  package func lookAgain(_ completion: @escaping @Sendable (isolated Engine) -> Void) {
    guard settings.pushes, cycle.isOpen, !isPaused else { return completion(self) }
    look(otherwise: .libraryTouched, then: completion)
  }

  /// The alarm of the time port rang.
  package func timerFired() { feed(.timerFired) }

  /// Requests a cycle now that covers everything written so far.
  ///
  /// - Parameter completion: receives how the cycle ended, and how many changes were quarantined in it.
  package func trigger(_ completion: CycleWaiter.Completion? = nil) {
    if let completion { waiters.append(CycleWaiter(at: self, completion)) }
    feed(.triggered)
  }

  /// Runs a maintenance task once everything is pushed and pulled; `completion` receives how it ended.
  package func run(
    _ task: MaintenanceTask, _ completion: @escaping @Sendable (MaintenanceTaskOutcome) -> Void
  ) {
    taskWaiters.append((task, completion))
    feed(.taskRequested(task))
  }

  /// Pauses syncing, until a time or, with `nil`, until someone resumes.
  package func pause(until: Instant?) { feed(.paused(Pause(until: until))) }

  /// Resumes syncing.
  package func resume() { feed(.resumed) }

  /// Applies other settings and begins a cycle. `isAnotherHub`: what is under way with the old hub is
  /// dropped, because its positions mean nothing to the new one.
  package func reconfigure(_ settings: EngineSettings, isAnotherHub: Bool) {
    self.settings = settings
    if isAnotherHub, cycle.isBusy {
      feed(.failed(Failure(.unreachable, "the configuration names another hub")))
    }
    cycle.reconfigure(rules: settings.rules, backoff: settings.backoff, isAnotherHub: isAnotherHub)
    feed(.triggered)
  }

  /// The current status (docs/promises.md, promise 8).
  package func status() -> EngineStatus { EngineStatus(self) }

  /// Cancels the requests under way. Work on the library runs to its end.
  package func stop() { cancelRequest() }

  /// Handles an event and carries out its effects. An event that an effect causes waits until all effects of
  /// the one before are carried out: effects of two states never mix (docs/decisions/0004).
  func feed(_ event: Event) {
    events.append(event)
    guard !isCarryingOut else { return }
    isCarryingOut = true
    while !events.isEmpty { handle(events.removeFirst()) }
    isCarryingOut = false
    let due = replies
    replies.removeAll()
    for reply in due { reply() }
  }

  /// Calls `reply` at once, or after the last effect under way.
  func answer(_ reply: @escaping () -> Void) {
    if isCarryingOut { replies.append(reply) } else { reply() }
  }

  private func handle(_ event: Event) {
    observer.happened(event)
    setAsideCount += event.quarantined
    let before = cycle.state
    let lastSuccess = cycle.lastSuccess
    let now = time.now()
    let effects = cycle.handle(event, at: now, random: time.random())
    noteBegin(at: now.boot)
    for effect in effects { perform(effect) }
    if cycle.lastSuccess != lastSuccess { observer.confirmed() }
    guard cycle.state != before || event.isNews else { return }
    meter.observe(cycle, deviceState, at: time.now().boot)
    observer.statusChanged(EngineStatus(self))
  }

  /// Records when the cycle under way began. A maintenance task is no cycle.
  private func noteBegin(at now: Duration) {
    if case .onTask = cycle.state { return }
    if cycleBegan == nil, cycle.isBusy { cycleBegan = now }
  }

  func cancelRequest() {
    generation += 1
    for request in requests.values { hub.cancel(request) }
    requests = [:]
  }

  /// Handles failed work on the library. If another file has taken its place, the engine opens that. Any
  /// other failure ends the cycle.
  func libraryFailed(_ error: StoreError) {
    if case .replaced = error { return libraryWasReplaced() }
    guard case .logChanged(let path, let change) = error else { return feed(.failed(.library(error))) }
    // The work in hand is void, and the cycle decides again.
    comparison = nil
    withLibrary({ (library) throws(StoreError) in try library.deviceState() }) { engine, result in
      switch result {
      case .success(let deviceState):
        engine.deviceState = deviceState
        switch engine.cycle.state {
        // What the cycle waits for has failed, and nothing else would start it again: it retries.
        case .opening, .negotiating, .loading, .renewing:
          engine.feed(.failed(.library(.logChanged(path: path, change))))
        case .resting, .comparing, .sending, .completingPush, .pulling, .snapshotting, .onTask, .listening,
          .waiting,
          .blocked, .probing, .paused:
          engine.feed(.logChanged(change))
        }
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  /// Runs work on the library, then continues on the loop.
  func withLibrary<Outcome: Sendable>(
    _ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Outcome,
    then: @escaping @Sendable (isolated Engine, Result<Outcome, StoreError>) -> Void
  ) {
    let brake = settings.brake
    library.run { (library) throws(StoreError) in
      library.brake = brake
      return try work(library)
    } completion: { result in
      self.assumeIsolated { then($0, result) }
    }
  }
}

extension Event {
  /// How many changes it reports as quarantined.
  fileprivate var quarantined: Int {
    switch self {
    case .pushCompleted(let result): result.quarantined
    case .applied(let applied): applied.quarantined
    case .snapshotTaken(let step): step.applied.quarantined
    default: 0
    }
  }

  /// Whether it changes what status shows without changing the cycle's state.
  fileprivate var isNews: Bool {
    switch self {
    case .libraryChanged, .pushCompleted, .applied, .snapshotTaken, .clockSet: true
    default: false
    }
  }
}

/// The engine's settings besides its ports.
package struct EngineSettings: Sendable {
  /// The cycle's rules.
  package var rules: Cycle.Rules
  /// The backoff's bounds.
  package var backoff: Backoff
  /// How long the hub may hold a long poll.
  package var longPoll: Duration
  /// Entries in a page, as the request asks.
  package var pageEntries: Int
  /// Rows in a piece of a snapshot, as the request asks.
  package var snapshotRows: Int
  /// Whether changes of the library start a push (false for a single cycle).
  package var pushes: Bool
  /// How much remote changes may take before they are held.
  package var brake: Brake
  /// How long acknowledged entries of the application's log are kept; `nil` keeps them for ever.
  package var pruneLogAfter: Duration?

  /// Takes every setting.
  package init(
    rules: Cycle.Rules, backoff: Backoff, longPoll: Duration, pageEntries: Int = 1000,
    snapshotRows: Int = 2000,
    pushes: Bool = true, pruneLogAfter: Duration? = nil, brake: Brake = .standard
  ) {
    self.brake = brake
    self.rules = rules
    self.backoff = backoff
    self.longPoll = longPoll
    self.pageEntries = pageEntries
    self.snapshotRows = snapshotRows
    self.pushes = pushes
    self.pruneLogAfter = pruneLogAfter
  }
}
