import SyncCore
import SyncWire

/// Carries out the cycle's effects through the ports and feeds what comes of them back in.
///
/// An actor on the event loop's executor: its methods are synchronous, so that nothing happens between two lines of
/// one of them (design.md §3). Whoever is on the loop enters with `assumeIsolated`.
package actor Engine {
  /// The loop that this actor runs on.
  private nonisolated let executor: any SerialExecutor
  /// The loop that this actor runs on. The executor outlives the actor: it is held above.
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
  /// The batch on its way, and the hub's answers to it.
  var batch: PushBatch?
  var answers: [Answer]?
  /// How many batches were asked for.
  var loads = 0
  /// The pages in hand, oldest first; at most two.
  var pages: [PulledPage] = []
  /// The piece of a snapshot in hand.
  var piece: SnapshotPiece?
  /// The errand of comparison under way.
  var comparison: MaintenanceTaskRun?
  /// Who waits for which errand.
  var taskWaiters: [(task: MaintenanceTask, completion: @Sendable (MaintenanceTaskOutcome) -> Void)] = []
  /// The requests under way by their numbers, so that they can be given up: at most a page, and one that is none. Their
  /// generation tells late replies from awaited ones.
  var requests: [UInt64: RequestTicket] = [:]
  var requestCount: UInt64 = 0
  var generation: UInt64 = 0
  var nextAttempt: Instant?
  /// How far this machine's clock is ahead of the hub's, as the hub last said what it is.
  var clockAhead: Duration?
  /// The findings about full-text indexes that people were told of.
  var reportedIndexes: [IndexFinding] = []
  /// When the cycle under way began, by boot time.
  var cycleBegan: Duration?
  var meter = ProgressMeter()
  /// When the application's log was last pruned, by boot time.
  var prunedAt: Duration?
  /// Who waits for a cycle to end.
  var waiters: [CycleWaiter] = []
  /// Changes that were set aside since the start.
  var setAsideCount = 0
  /// Events that came while another's effects were carried out, in their order.
  private var events: [Event] = []
  private var isCarryingOut = false
  /// Answers to those who wait; given when no effect is left, because whoever is answered may ask anew at once.
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

  /// The library's name stands for another file now.
  package func libraryWasReplaced() {
    library.reopen()
    deviceState = nil
    (batch, answers) = (nil, nil)
    feed(.libraryReplaced)
  }

  /// The watcher saw the library's files move: someone else's commit is news, our own is not.
  package func libraryMayHaveChanged() {
    guard settings.pushes, !isPaused else { return }
    // Not open yet, or no longer: the file that could not be used may be another by now.
    guard cycle.isOpen else { return lookWhetherMoved() }
    look(otherwise: .libraryTouched)
  }

  /// While syncing is paused the file is its owner's alone: not even a look opens it. What was written meanwhile is found
  /// by the cycle that begins behind the pause.
  private var isPaused: Bool { if case .paused = cycle.state { true } else { false } }

  /// The library is let go of, and `completion` called on the loop: from then on the file is its owner's alone.
  package func releaseLibrary(_ completion: @escaping @Sendable () -> Void) {
    library.release(completion: completion)
  }

  /// The library could not be closed: people must know, because they may not copy over it now.
  package func libraryWasNotClosed(_ error: StoreError) { libraryFailed(error) }

  /// A look that nothing gave reason for: the library is polled, where it cannot be watched.
  package func pollLibrary() {
    guard settings.pushes, cycle.isOpen, !cycle.isBusy, !isPaused else { return }
    look(otherwise: nil)
  }

  /// The machine slept, and goes on.
  package func machineWoke() { feed(.wokenFromSleep) }

  /// Somebody set the wall clock, by so much.
  package func clockWasSet(by span: Duration) {
    clockAhead = clockAhead.map { $0 + span }
    feed(.clockSet(by: span))
  }

  /// There is a way into some network that was not there before.
  package func routeAppeared() { feed(.routeAppeared) }

  /// This machine reaches the hub another way than its open connections go.
  package func networkPathChanged() { feed(.networkPathChanged) }

  /// Looks whether someone else has committed.
  ///
  /// - Parameters:
  ///   - unchanged: fed in if the files were written, and nothing new is to be seen.
  ///   - unmoved: fed in if they were not even written.
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
        // Whether there is a commit is not known, and asking again would not tell: the cycle that begins finds it, or
        // says why the library cannot be read.
        case .failure: engine.feed(.libraryChanged)
        }
      }
    }
  }

  /// A library that is not open, or could not be opened, is tried again only if somebody has written it: our own tries
  /// make and remove files beside it, which the watcher tells as well.
  private func lookWhetherMoved() {
    library.look { result in
      self.assumeIsolated { engine in
        if case .success(.unmoved) = result { return }
        engine.feed(.libraryTouched)
      }
    }
  }

  /// Looks whether someone else has committed, and then calls `completion` on the loop, whatever came of it.
  package func lookAgain(_ completion: @escaping @Sendable (isolated Engine) -> Void) {
    guard settings.pushes, cycle.isOpen, !isPaused else { return completion(self) }
    look(otherwise: .libraryTouched, then: completion)
  }

  /// The alarm that the time port was asked for rang.
  package func timerFired() { feed(.timerFired) }

  /// Someone wants a cycle now, which covers what was written before.
  ///
  /// - Parameter completion: called once it has ended, with how, and how many changes were set aside in it.
  package func trigger(_ completion: CycleWaiter.Completion? = nil) {
    if let completion { waiters.append(CycleWaiter(at: self, completion)) }
    feed(.triggered)
  }

  /// Does an errand once everything is pushed and pulled; `completion` is told how it ended.
  package func run(
    _ task: MaintenanceTask, _ completion: @escaping @Sendable (MaintenanceTaskOutcome) -> Void
  ) {
    taskWaiters.append((task, completion))
    feed(.taskRequested(task))
  }

  /// Someone wants quiet, until a time or until they say otherwise.
  package func pause(until: Instant?) { feed(.paused(Pause(until: until))) }

  /// Someone wants work again.
  package func resume() { feed(.resumed) }

  /// Other rules count from now on, and a cycle begins by them. `isAnotherHub`: what is under way with the old one is
  /// given up, because its positions mean nothing to the new one.
  package func reconfigure(_ settings: EngineSettings, isAnotherHub: Bool) {
    self.settings = settings
    if isAnotherHub, cycle.isBusy {
      feed(.failed(Failure(.unreachable, "the configuration names another hub")))
    }
    cycle.reconfigure(rules: settings.rules, backoff: settings.backoff, isAnotherHub: isAnotherHub)
    feed(.triggered)
  }

  /// What is true now (promise 8).
  package func status() -> EngineStatus { EngineStatus(self) }

  /// Gives up the request under way. What the library is doing ends by itself.
  package func stop() { cancelRequest() }

  /// Feeds an event in and carries out what comes of it. An event that an effect brings about waits until all effects of
  /// the one before it are carried out: effects of two states never mix (docs/decisions/0004).
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

  /// Answers somebody, at once or behind the last effect under way.
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

  /// Keeps when the cycle under way began; an errand is none.
  private func noteBegin(at now: Duration) {
    if case .onTask = cycle.state { return }
    if cycleBegan == nil, cycle.isBusy { cycleBegan = now }
  }

  func cancelRequest() {
    generation += 1
    for request in requests.values { hub.cancel(request) }
    requests = [:]
  }

  /// Work on the library failed. Another file in its place is opened anew; anything else ends the cycle.
  func libraryFailed(_ error: StoreError) {
    if case .replaced = error { return libraryWasReplaced() }
    guard case .logChanged(let path, let change) = error else { return feed(.failed(.library(error))) }
    // The work that was in hand is void, and the cycle decides anew.
    comparison = nil
    withLibrary({ (library) throws(StoreError) in try library.deviceState() }) { engine, result in
      switch result {
      case .success(let deviceState):
        engine.deviceState = deviceState
        switch engine.cycle.state {
        // What the cycle waits for has failed, and it would not ask for it again: it tries anew.
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

  /// Runs work on the library and comes back onto the loop.
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
  /// How many changes it tells that were set aside.
  fileprivate var quarantined: Int {
    switch self {
    case .pushCompleted(let result): result.quarantined
    case .applied(let applied): applied.quarantined
    case .snapshotTaken(let step): step.applied.quarantined
    default: 0
    }
  }

  /// Whether it changes what status says without changing the cycle's state.
  fileprivate var isNews: Bool {
    switch self {
    case .libraryChanged, .pushCompleted, .applied, .snapshotTaken, .clockSet: true
    default: false
    }
  }
}

/// What the engine needs to know besides its ports.
package struct EngineSettings: Sendable {
  /// The cycle's rules.
  package var rules: Cycle.Rules
  /// The backoff's bounds.
  package var backoff: Backoff
  /// How long the hub may hold a long poll.
  package var longPoll: Duration
  /// Entries in a page that we ask for.
  package var pageEntries: Int
  /// Rows in a piece of a snapshot that we ask for.
  package var snapshotRows: Int
  /// Whether changes of the library start a push (false for a single cycle).
  package var pushes: Bool
  /// How much changes from elsewhere may take before they are held.
  package var brake: Brake
  /// How old an answered entry of the application's log may get; `nil` keeps them for ever.
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

/// Who wants to hear from the engine. Called on the loop.
package protocol EngineObserver: AnyObject {
  /// One line for people is due; which cycle it is of, from 1 since the start.
  func report(_ transition: Transition, cycle: Int)
  /// What status says has changed.
  func statusChanged(_ status: EngineStatus)
  /// A cycle has ended; it took so long, `nil` where none had begun.
  func finished(_ outcome: CycleOutcome, took duration: Duration?)
  /// An event came in; what comes of it is still to be seen.
  func happened(_ event: Event)
  /// Everything was found pushed and pulled just now: a cycle came in step, or a long poll ended empty.
  func confirmed()
}

extension EngineObserver {
  /// Not everyone counts.
  package func happened(_ event: Event) {}
  /// Not everyone tells a monitor.
  package func confirmed() {}
}

extension Failure {
  /// A failure of the library.
  static func library(_ error: StoreError) -> Failure {
    let kind: Kind =
      error.isOfPermission ? .libraryForbidden : error.isTemporary ? .libraryBusy : .libraryUnusable
    var failure = Failure(kind, error.description)
    failure.mayBeHalfWritten = error.mayBeHalfWritten
    if case .busy = error { failure.awaitsLock = true }
    return failure
  }
}
