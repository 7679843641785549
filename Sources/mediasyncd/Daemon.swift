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

/// `mediasyncd run`: the engine with everything that wakes it: watcher, signals, control socket, alarm.
///
/// Sound as `@unchecked Sendable`: everything here is touched on the loop alone.
final class Daemon: @unchecked Sendable {
  private let loop: LoopExecutor
  private let wiring: Wiring
  private let reload: () -> LoadedSettings
  private let notifier = Notifier()
  private let library: LibraryQueue
  private let hub: HubConnection
  private let alarm = AlarmTarget()
  private let board: StatusBoard
  private let meter: Meter
  private let engine: Engine
  private let observer: DaemonObserver
  private var watcher: LibraryWatcher?
  /// Watch the files that hold the secrets, as the library's watcher watches the library.
  private var secretWatchers: [LibraryWatcher] = []
  private var signals: SignalSource?
  private var control: ControlServer?
  private var page: PageServer?
  private let gate: ControlGate
  private var isLeaving = false

  /// Runs until a signal ends it.
  static func run(_ loaded: LoadedSettings, reload: @escaping () -> LoadedSettings) -> Never {
    let loop = LoopExecutor()
    let keeper = DaemonKeeper(reload: reload)
    loop.run {
      do {
        let daemon = try Daemon(loop: loop, settings: loaded.settings, reload: keeper.reload)
        keeper.daemon = daemon
        try daemon.start()
      } catch {
        Exit.misconfigured(String(describing: error))
      }
    }
    dispatchMain()
  }

  private init(loop: LoopExecutor, settings: DaemonSettings, reload: @escaping () -> LoadedSettings) throws {
    self.loop = loop
    self.reload = reload
    wiring = Wiring(loop: loop, settings: settings)
    library = wiring.library()
    hub = try HubConnection(loop: loop, configuration: try wiring.hubConfiguration())
    gate = ControlGate(policy: .ofThisProcess(), logger: wiring.logger)
    board = StatusBoard(hubURL: settings.hub.url, database: settings.library.database)
    meter = Meter(library: settings.library.database)
    observer = DaemonObserver(
      log: TransitionLog(logger: wiring.logger), board: board, notifier: notifier, meter: meter)
    let alarm = alarm
    engine = Engine(
      executor: loop, library: library, hub: MeteredHub(hub, meter: meter),
      time: try LoopTime(loop: loop) { alarm.ring() },
      work: WorkQueue(loop: loop), observer: observer, settings: wiring.engineSettings(isSingleCycle: false))
    alarm.engine = engine
  }

  private func start() throws {
    signals = try SignalSource(loop: loop) { [weak self] in self?.received($0) }
    control = try ControlServer(
      loop: loop, path: wiring.settings.controlSocket,
      handler: { [weak self] request, peer, reply in self?.answer(request, peer, reply) },
      hungUp: { [weak self] peer in self?.observer.waits.remove(peer) })
    observer.watch = control.map { WatchDesk(server: $0) }
    observer.opened = { [weak self] in self?.opened() }
    watchSecrets()
    tellMonitors()
    engine.assumeIsolated { $0.start() }
  }

  /// A monitor that cannot be told is no reason not to sync.
  private func tellMonitors() {
    let monitors = Monitors(wiring: wiring, meter: meter)
    page = monitors.page { [weak self] in
      guard let self else { return "" }
      return engine.assumeIsolated { self.meter.page($0.status()) }
    }
    observer.heartbeat = monitors.heartbeat()
  }

  /// A daemon that the hub refused goes on as soon as it has another credential.
  private func watchSecrets() {
    let paths = SecretSource(hub: wiring.settings.hub, environment: Environment.all).paths
    secretWatchers = paths.compactMap { path in
      try? LibraryWatcher(loop: loop, path: path) { [weak self] _ in self?.secretsMoved() }
    }
  }

  private func secretsMoved() {
    let isRefused = engine.assumeIsolated { $0.status().state == .blocked }
    guard isRefused, let configuration = try? wiring.hubConfiguration() else { return }
    hub.reconfigure(configuration)
    engine.assumeIsolated { $0.trigger() }
  }

  /// The library is open: watch it, and tell systemd that we are there (not: that the hub answers).
  private func opened() {
    notifier.ready()
    watch()
  }

  private func watch() {
    guard watcher == nil else { return }
    do {
      watcher = try LibraryWatcher(loop: loop, path: wiring.settings.library.database) { [weak self] news in
        self?.heard(news)
      }
    } catch {
      wiring.logger.record(
        .unwatched, "the library cannot be watched (\(error)); the periodic check remains")
    }
  }

  private func heard(_ news: LibraryWatcher.News) {
    if news.contains(.lost) { watcher = nil }
    engine.assumeIsolated { engine in
      if news.contains(.replaced), hasOtherFile() {
        engine.libraryWasReplaced()
      } else {
        engine.libraryMayHaveChanged()
      }
    }
  }

  /// The file's identity when it was last looked at.
  private var identity: FileIdentity?

  private func hasOtherFile() -> Bool {
    let present = FileIdentity(path: wiring.settings.library.database)
    defer { identity = present }
    return identity != nil && present != identity
  }

  // MARK: - Signals

  private func received(_ signal: Int32) {
    if signal == SIGHUP { reloadSettings() } else { leave() }
  }

  private func reloadSettings() {
    notifier.reloading()
    defer { notifier.ready() }
    let fresh = Wiring(loop: loop, settings: reload().settings)
    do {
      let configuration = try fresh.hubConfiguration()
      hub.reconfigure(configuration)
      wiring.logger.record(.reloaded)
    } catch {
      wiring.logger.record(.reloadFailed, "the old configuration stays: \(error)")
      return
    }
    engine.assumeIsolated { $0.trigger() }
  }

  /// Lets the running transaction end and leaves; within two seconds in any case.
  private func leave() {
    guard !isLeaving else { return }
    isLeaving = true
    notifier.stopping()
    engine.assumeIsolated { $0.stop() }
    control?.cancel()
    page?.cancel()
    library.close { exit(0) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 1.8) { exit(0) }
  }

  // MARK: - Control

  private func answer(
    _ request: ControlRequest, _ peer: ControlServer.Peer, _ reply: @escaping @Sendable (ControlReply) -> Void
  ) {
    if let refusal = gate.refusal(request, from: peer) { return reply(refusal) }
    let board = board
    engine.assumeIsolated { engine in
      switch request {
      case .hello: reply(.hello(ControlHello()))
      case .watch:
        reply(.ok(ControlPayload()))
        observer.watch?.begin(peer, board.status(engine.status()))
      case .logLevel(let level): reply(LogLevelDesk(dial: wiring.dial).answer(level))
      case .status: reply(.status(board.status(engine.status())))
      case .version: reply(.version(Build.version))
      case .metrics: reply(.metrics(meter.page(engine.status())))
      case .trigger(let waits):
        // Who triggers a refused daemon has most likely put another credential in place.
        if engine.status().state == .blocked, let configuration = try? wiring.hubConfiguration() {
          hub.reconfigure(configuration)
        }
        let already = engine.status().state == .syncing
        guard waits else {
          engine.trigger()
          return reply(.status(board.status(engine.status()), already: already))
        }
        let loop = loop
        let observer = observer
        observer.beginTriggered()
        engine.trigger { outcome in
          loop.checkIsolated()
          let status = self.engine.assumeIsolated { board.status($0.status()) }
          reply(.outcome(observer.controlOutcome(outcome), status))
        }
      case .pause(let seconds):
        let until = seconds.map { Instant(milliseconds: WallClock.now) + .seconds($0) }
        // Asked twice it is the same pause; a timed one begins anew.
        let before = engine.status()
        let already = before.state == .paused && before.pauseUntil == nil && until == nil
        if !already { engine.pause(until: until) }
        reply(.status(board.status(engine.status()), already: already))
      case .resume:
        let already = engine.status().state != .paused
        engine.resume()
        reply(.status(board.status(engine.status()), already: already))
      case .wait(let timeout):
        let waits = observer.waits
        waits.add(peer, loop: loop, timeout: timeout, status: board.status(engine.status()), reply)
        engine.lookAgain { waits.looked(for: peer, board.status($0.status())) }
      case .conflicts(let request): RecordDesk().answer(request, engine, reply)
      case .quarantine(let request): RecordDesk().answer(request, engine, reply)
      case .errand(let request): ErrandDesk().answer(request, engine, reply)
      }
    }
  }
}

/// Keeps the daemon alive for as long as the process runs, and carries the way to read the settings again.
///
/// Sound as `@unchecked Sendable`: touched on the loop alone.
private final class DaemonKeeper: @unchecked Sendable {
  let reload: () -> LoadedSettings
  var daemon: Daemon?

  init(reload: @escaping () -> LoadedSettings) { self.reload = reload }
}
