import ControlProtocol
import EventLoop
import Glibc
import HubClient
import Journal
import LibraryStore
import Logging
import ServiceHost
import Settings
import SyncCore
import SyncEngine

/// Makes the adapters from the settings and hangs them on one loop: the only place where they meet.
struct DaemonAssembly {
  let loop: LoopExecutor
  let settings: DaemonSettings
  let logger: Logger
  /// How much is logged; `log-level` and a reload turn it.
  let dial: LogLevelControl

  init(loop: LoopExecutor, settings: DaemonSettings) {
    let dial = LogLevelControl(settings.leastLevel)
    self.init(loop: loop, settings: settings, logger: Self.logger(settings, dial), dial: dial)
    // A peer or a reader of the log that is gone is an error of the call that meets it, never the end of the daemon:
    // under TLS, and on its way out, curl writes without asking for that.
    _ = signal(SIGPIPE, SIG_IGN)
  }

  private init(loop: LoopExecutor, settings: DaemonSettings, logger: Logger, dial: LogLevelControl) {
    self.loop = loop
    self.settings = settings
    self.logger = logger
    self.dial = dial
  }

  /// The same with other settings.
  func with(_ settings: DaemonSettings) -> DaemonAssembly {
    DaemonAssembly(loop: loop, settings: settings, logger: logger, dial: dial)
  }

  private static func logger(_ settings: DaemonSettings, _ dial: LogLevelControl) -> Logger {
    let form: LogForm =
      switch settings.logFormat {
      case .auto: .automatic
      case .journal: .journal
      case .plain: .plain
      case .json: .json
      }
    return Logger(label: "mediasyncd") {
      LeveledLogHandler(form.handler(program: $0, level: dial.configured), dial: dial)
    }
  }

  /// The library, opened by the first work that needs it.
  func library() throws(SystemError) -> LibraryQueue {
    let path = settings.library.database
    let lock = LibraryLock(libraryPath: path)
    let configured = settings.library.deviceID.map { DeviceID(rawValue: $0) }
    let machine = MachineIdentity.applicationSpecific()
    let memory = LibraryCache(
      StateDirectory.path(Environment.all).map {
        ExternalStateFile(directory: $0, library: path, machine: machine)
      })
    return try LibraryQueue(loop: loop, path: path) { (progress) throws(StoreError) in
      try lock.acquire()
      return try LibraryOpening.open(
        path: path,
        identity: LibraryOpening.Identity(
          configured: configured, machine: machine,
          randomIdentifier: { RandomIdentifier.make() }),
        memory: memory, progress: progress, clock: { Instant(milliseconds: WallClock.now) })
    }
  }

  /// How the hub is reached; the secrets are read now.
  func hubConfiguration() throws(SecretError) -> HubConnection.Configuration {
    try Self.hubConfiguration(settings)
  }

  /// The same for any settings.
  static func hubConfiguration(
    _ settings: DaemonSettings
  ) throws(SecretError) -> HubConnection.Configuration {
    let secrets = SecretSource(hub: settings.hub, environment: Environment.all)
    return HubConnection.Configuration(
      baseURL: settings.hub.url, bearerToken: try secrets.read(.token)?.text,
      apiKey: try secrets.read(.apiKey)?.text, caFile: settings.hub.caFile,
      clientCert: settings.hub.clientCert, clientKey: settings.hub.clientKey,
      connectTimeout: settings.hub.connectTimeout, requestTimeout: settings.hub.requestTimeout,
      userAgent: "mediasyncd/\(Build.version)")
  }

  /// Where nobody has set a longest wait, who waits for their edits to be sent waits less.
  private var backoff: SyncCore.Backoff {
    let initial = settings.backoff.initial
    if let limit = settings.backoff.max { return SyncCore.Backoff(initial: initial, limit: limit) }
    return SyncCore.Backoff(
      initial: initial, limit: max(initial, .seconds(300)), limitWithEdits: .seconds(60))
  }

  /// The cycle's rules; a single cycle neither listens nor watches.
  func engineSettings(isSingleCycle: Bool) -> EngineSettings {
    EngineSettings(
      rules: Cycle.Rules(
        batch: BatchLimits(changes: settings.sync.batchChanges, bytes: settings.sync.batchBytes),
        debounce: settings.sync.debounce, interval: settings.sync.interval,
        listens: !isSingleCycle && settings.hub.longPoll > .zero),
      backoff: backoff,
      longPoll: settings.hub.longPoll, pushes: !isSingleCycle,
      pruneLogAfter: isSingleCycle ? nil : settings.library.pruneLogAfter,
      brake: Brake(rows: settings.sync.brakeRows, share: settings.sync.brakeShare))
  }
}

extension DaemonSettings {
  /// The least severe messages that are written.
  var leastLevel: Logger.Level { Logger.Level(rawValue: logLevel.rawValue) ?? .info }
}
