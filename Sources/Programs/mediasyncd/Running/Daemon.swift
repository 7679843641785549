import ControlProtocol
import Dispatch
import EventLoop
import Glibc
import HubClient
import Journal
import ServiceHost
import Settings
import SyncCore
import SyncEngine

/// `mediasyncd run`: the engine and everything that wakes it: file watcher, signals, control socket, alarm.
///
/// `@unchecked Sendable` is sound because everything here runs on the loop only.
final class Daemon: @unchecked Sendable {
  private let loop: LoopExecutor
  /// Holds the settings now in effect.
  private var assembly: DaemonAssembly
  private var configuration: LiveConfiguration
  private let notifier = Notifier()
  private let library: LibraryQueue
  private let hub: HubConnection
  private let alarm = AlarmForwarder()
  private let reporter: StatusReporter
  private let recorder: MetricsRecorder
  private let engine: Engine
  private let observer: DaemonObserver
  private var environment: EnvironmentMonitor?
  /// Releases memory some time after a large piece of work (a first or long cycle, a maintenance task, a
  /// check, a reload). It waits because work that follows directly needs some of the memory again.
  private var relief: LoopTimer?
  private static let reliefDelay: Duration = .seconds(7)
  /// How many releases are still due. The first frees small blocks that idle threads cache; those blocks pin
  /// heap pages. The threads end after five seconds, and then the second release frees the pages.
  private var reliefsDue = 0
  /// Watch the files that hold the secrets, with the same kind of watcher as the library.
  private var secretWatchers: [LibraryWatcher] = []
  /// The secrets changed, and the hub may not have seen the new ones yet.
  private var secretsAreNew = false
  private var signals: SignalSource?
  private var control: ControlServer?
  private var page: PageServer?
  private let gate: ControlAuthorizer
  private var watchdog: Watchdog?
  private var startWatch: StartupTimeout?
  private var isReady = false
  private var isLeaving = false

  /// Runs the daemon until a signal ends it.
  static func run(
    _ loaded: LoadedSettings, read: @escaping () throws(SettingsError) -> LoadedSettings
  ) -> Never {
    ProcessMemory.prepare()
    let loop = LoopExecutor()
    let keeper = DaemonKeeper(LiveConfiguration(loaded, read: read))
    loop.run {
      do {
        let daemon = try Daemon(loop: loop, keeper.configuration)
        keeper.daemon = daemon
        try daemon.start()
      } catch {
        StartFailure(error).leave()
      }
    }
    dispatchMain()
  }

  private init(loop: LoopExecutor, _ configuration: LiveConfiguration) throws {
    self.loop = loop
    self.configuration = configuration
    let settings = configuration.running.settings
    assembly = DaemonAssembly(loop: loop, settings: settings)
    library = try assembly.library()
    hub = try HubConnection(loop: loop, configuration: try assembly.hubConfiguration())
    gate = ControlAuthorizer(policy: .ofThisProcess(), logger: assembly.logger)
    reporter = StatusReporter(hubURL: settings.hub.url, database: settings.library.database)
    recorder = MetricsRecorder(library: settings.library.database)
    observer = DaemonObserver(
      log: TransitionLog(logger: assembly.logger), reporter: reporter, notifier: notifier, recorder: recorder)
    let alarm = alarm
    engine = Engine(
      executor: loop, library: library, hub: MeteredHub(hub, recorder: recorder),
      time: try LoopClock(loop: loop) { alarm.ring() },
      work: WorkQueue(loop: loop), observer: observer, settings: assembly.engineSettings(isSingleCycle: false)
    )
    alarm.engine = engine
  }

  private func start() throws {
    signals = try SignalSource(loop: loop) { [weak self] in self?.received($0) }
    let passed = PassedSocket.claim()
    if let passed, passed.path != assembly.settings.controlSocket {
      assembly.logger.record(.socketPassed, fields: ["path": "\(passed.path)"])
    }
    control = try ControlServer(
      loop: loop, path: assembly.settings.controlSocket, passed: passed,
      handler: { [weak self] request, peer, reply in self?.answer(request, peer, reply) },
      hungUp: { [weak self] peer in self?.observer.waits.remove(peer) })
    if let control {
      observer.watch = try WatchHandler(server: control, loop: loop) { [weak self] in
        guard let self else { preconditionFailure("the daemon outlives its desk") }
        return self.engine.assumeIsolated { self.reporter.status($0.status()) }
      }
    }
    relief = try LoopTimer(loop: loop) { [weak self] in self?.relieve() }
    observer.cameToRest = { [weak self] in self?.armRelief() }
    observer.opened = { [weak self] in self?.opened() }
    observer.blocked = { [weak self] in
      guard let self else { return }
      // Runs after the event that the engine is handling now.
      self.loop.run { self.continueWithNewSecrets() }
    }
    watchSecrets()
    notifyMonitors()
    let library = library
    watchdog = try Watchdog(loop: loop, notifier: notifier) { interval in
      // Four intervals are 12 min with the shipped units. On a working disk, no work of ours takes that long.
      guard let span = library.workRunsFor, span > interval * 4 else { return nil }
      return "The library has not answered for \(DurationText.rough(span))"
    }
    observer.isAwake = { [weak self] in self?.watchdog?.loopIsAwake() }
    let (loop, engine) = (loop, engine)
    library.stirred = { engine.assumeIsolated { $0.libraryMayHaveChanged() } }
    library.closingFailed = { error in engine.assumeIsolated { $0.libraryWasNotClosed(error) } }
    startWatch = try StartupTimeout(loop: loop, library: library, notifier: notifier)
    // Watch before the engine opens the library, so that no later change goes unnoticed.
    environment = EnvironmentMonitor(
      loop: loop, assembly: assembly, engine: engine, hub: hub, reporter: reporter)
    engine.assumeIsolated { $0.start() }
  }

  private func armRelief() {
    reliefsDue = 2
    relief?.arm(after: Self.reliefDelay)
  }

  private func relieve() {
    library.releaseMemory()
    reliefsDue -= 1
    if reliefsDue > 0 { relief?.arm(after: Self.reliefDelay) }
  }

  /// Starts metrics and heartbeat. A failure is logged and does not stop syncing.
  private func notifyMonitors() {
    do throws(PageServerError) {
      page = try newPage(assembly)
    } catch {
      assembly.logger.record(.metricsNotServed, "the metrics cannot be served at \(error)")
    }
    observer.heartbeat = MonitoringAssembly(assembly: assembly, recorder: recorder).heartbeat()
  }

  private func newPage(_ assembly: DaemonAssembly) throws(PageServerError) -> PageServer? {
    try MonitoringAssembly(assembly: assembly, recorder: recorder).page { [weak self] in
      guard let self else { return "" }
      return engine.assumeIsolated { self.recorder.page($0.status()) }
    }
  }

  /// Watches the secret files. A new credential applies from the next request on. If the hub had refused the
  /// daemon, it tries the new credential at once.
  private func watchSecrets() {
    let paths = SecretSource(hub: assembly.settings.hub, environment: Environment.all).paths
    secretWatchers = paths.compactMap { path in
      try? LibraryWatcher(loop: loop, path: path) { [weak self] _ in self?.secretsChanged() }
    }
  }

  private func secretsChanged() {
    guard let configuration = try? assembly.hubConfiguration() else { return }
    hub.reconfigure(configuration)
    secretsAreNew = true
    continueWithNewSecrets()
  }

  /// Tries again if the daemon is blocked. A refusal that arrives after the secrets changed may still answer a
  /// request with the old ones.
  private func continueWithNewSecrets() {
    guard secretsAreNew, engine.assumeIsolated({ $0.status().state == .blocked }) else { return }
    secretsAreNew = false
    engine.assumeIsolated { $0.trigger() }
  }

  /// The library is open, or failed to open. Tells systemd that the daemon is ready, whether or not the hub
  /// answers.
  private func opened() {
    isReady = true
    startWatch?.end()
    startWatch = nil
    notifier.ready()
  }

  // MARK: - Signals

  private func received(_ signal: Int32) {
    if signal == SIGHUP { reloadSettings() } else { leave() }
  }

  /// Applies the new configuration completely or not at all.
  @discardableResult
  private func reloadSettings() -> Result<ReloadReport, ReloadRefusal> {
    notifier.reloading()
    defer {
      armRelief()
      // Ends the reload. If the library is still opening, `opened` reports readiness later.
      if isReady { notifier.ready() }
    }
    let result = Result { () throws(ReloadRefusal) in try reloadConfiguration() }
    switch result {
    case .success(let report):
      reporter.reloadFailure = nil
      assembly.logger.record(
        .reloaded,
        fields: [
          "changed": "\(report.changed.joined(separator: " "))",
          "after_restart": "\(report.afterRestart.joined(separator: " "))",
        ])
    case .failure(let refusal):
      reporter.reloadFailure = refusal.description
      assembly.logger.record(.reloadFailed, "the old configuration stays: \(refusal)")
    }
    observer.statusChanged(engine.assumeIsolated { $0.status() })
    return result
  }

  private func reloadConfiguration() throws(ReloadRefusal) -> ReloadReport {
    let candidate = try configuration.candidate(assembly)
    let monitored = assembly.settings.metrics
    let renewed = assembly.with(candidate.loaded.settings)
    if renewed.settings.metrics.listen != monitored.listen {
      // Start the new page server first: if that fails, the old one keeps running.
      let successor: PageServer?
      do throws(PageServerError) {
        successor = try newPage(renewed)
      } catch {
        throw ReloadRefusal(problems: ["metrics.listen: the metrics cannot be served at \(error)"])
      }
      page?.cancel()
      page = successor
    }
    configuration.adopt(candidate)
    assembly = renewed
    // Keep a level that a person set by hand, unless the file's level changed.
    if candidate.report.changed.contains("log.level") {
      assembly.dial.configure(assembly.settings.leastLevel)
    }
    reporter.hubURL = assembly.settings.hub.url
    watchSecrets()
    if assembly.settings.metrics.heartbeatURL != monitored.heartbeatURL {
      observer.heartbeat = MonitoringAssembly(assembly: assembly, recorder: recorder).heartbeat()
    }
    hub.reconfigure(candidate.hub)
    let settings = assembly.engineSettings(isSingleCycle: false)
    engine.assumeIsolated { $0.reconfigure(settings, isAnotherHub: candidate.isAnotherHub) }
    return candidate.report
  }

  /// Finishes the running transaction and exits.
  private func leave() {
    guard !isLeaving else { return }
    isLeaving = true
    notifier.stopping()
    engine.assumeIsolated { $0.stop() }
    control?.cancel()
    page?.cancel()
    Shutdown(library: library, notifier: notifier).begin()
  }

  // MARK: - Control

  private func answer(
    _ request: ControlRequest, _ peer: ControlServer.Peer, _ reply: @escaping @Sendable (ControlReply) -> Void
  ) {
    if let refusal = gate.refusal(request, from: peer) { return reply(refusal) }
    let reporter = reporter
    engine.assumeIsolated { engine in
      switch request {
      case .hello: reply(.hello(ControlHello()))
      case .watch:
        reply(.ok(ControlPayload()))
        observer.watch?.begin(peer, reporter.status(engine.status()))
      case .logLevel(let level): reply(LogLevelHandler(dial: assembly.dial).answer(level))
      case .status: reply(.status(reporter.status(engine.status())))
      case .version: reply(.version(Build.version))
      case .check:
        if let refusal = gate.pace(of: peer) { return reply(refusal) }
        check(relieving(reply))
      case .metrics: reply(.metrics(recorder.page(engine.status())))
      case .reload:
        switch reloadSettings() {
        case .success(let report): reply(.reloaded(report))
        case .failure(let refusal): reply(.error(.configuration, "the old configuration stays: \(refusal)"))
        }
      case .trigger(let waits):
        // A person who triggers a blocked daemon has probably installed a new credential.
        if engine.status().state == .blocked, let configuration = try? assembly.hubConfiguration() {
          hub.reconfigure(configuration)
        }
        let already = engine.status().state == .syncing
        guard waits else {
          engine.trigger()
          return reply(.status(reporter.status(engine.status()), already: already))
        }
        let loop = loop
        engine.trigger { outcome, setAside in
          loop.checkIsolated()
          let status = self.engine.assumeIsolated { reporter.status($0.status()) }
          reply(.outcome(ControlOutcome(outcome, setAside: setAside), status))
        }
      case .pause(let seconds):
        let until = seconds.map { Instant(milliseconds: WallClock.now) + .seconds($0) }
        // A repeated request without a time changes nothing; one with a time restarts the pause.
        let before = engine.status()
        let already = before.state == .paused && before.pauseUntil == nil && until == nil
        if !already { engine.pause(until: until) }
        // Once the caller has the answer, they may copy, move or restore the file.
        engine.releaseLibrary {
          let status = self.engine.assumeIsolated { reporter.status($0.status()) }
          reply(.status(status, already: already))
        }
      case .resume:
        let already = engine.status().state != .paused
        engine.resume()
        reply(.status(reporter.status(engine.status()), already: already))
      case .wait(let timeout):
        let waits = observer.waits
        waits.add(peer, loop: loop, timeout: timeout, status: reporter.status(engine.status()), reply)
        engine.lookAgain { waits.looked(for: peer, reporter.status($0.status())) }
      case .conflicts(let request): RecordHandler().answer(request, engine, reply)
      case .quarantine(let request): RecordHandler().answer(request, engine, reply)
      case .history(let request): RecordHandler().answer(request, engine, reply)
      case .changes(let request): HeldChangesHandler().answer(request, engine, relieving(reply))
      case .task(let request): MaintenanceTaskHandler().answer(request, engine, relieving(reply))
      }
    }
  }
}

// MARK: - Large work

extension Daemon {
  private func check(_ reply: @escaping @Sendable (ControlReply) -> Void) {
    let reread = Result { () throws(ReloadRefusal) in try configuration.candidate(assembly).report }
    HealthCheck(loop: loop, loaded: configuration.running, isDaemon: true, reread: reread).run {
      reply(.check($0))
    }
  }

  /// Wraps a reply so that the daemon releases memory after it.
  private func relieving(
    _ reply: @escaping @Sendable (ControlReply) -> Void
  ) -> @Sendable (ControlReply) -> Void {
    { [weak self] in
      reply($0)
      guard let self else { return }
      loop.checkIsolated()
      armRelief()
    }
  }
}

/// Keeps the daemon alive as long as the process runs, and passes it its configuration.
///
/// `@unchecked Sendable` is sound because it is used on the loop only.
private final class DaemonKeeper: @unchecked Sendable {
  let configuration: LiveConfiguration
  var daemon: Daemon?

  init(_ configuration: LiveConfiguration) { self.configuration = configuration }
}
