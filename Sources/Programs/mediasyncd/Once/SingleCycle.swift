import ControlProtocol
import Dispatch
import EventLoop
import Glibc
import HubClient
import ServiceHost
import Settings
import SyncCore
import SyncEngine

/// `mediasyncd sync`: one cycle, with the same loop, engine and ports as the daemon.
enum SingleCycle {
  static func run(_ loaded: LoadedSettings, plain: Bool) -> Never {
    ProcessMemory.prepare()
    let loop = LoopExecutor()
    loop.run { start(DaemonAssembly(loop: loop, settings: loaded.settings), plain: plain) }
    dispatchMain()
  }

  private static func start(_ assembly: DaemonAssembly, plain: Bool) {
    let alarm = AlarmForwarder()
    do {
      let hub = try HubConnection(loop: assembly.loop, configuration: try assembly.hubConfiguration())
      let library = try assembly.library()
      let engine = Engine(
        executor: assembly.loop, library: library, hub: hub,
        time: try LoopClock(loop: assembly.loop) { alarm.ring() }, work: WorkQueue(loop: assembly.loop),
        observer: SingleCycleObserver(
          log: TransitionLog(logger: assembly.logger), bar: ProgressBar(plain: plain), library: library),
        settings: assembly.engineSettings(isSingleCycle: true))
      alarm.engine = engine
      engine.assumeIsolated { $0.start() }
    } catch {
      Exit.misconfigured(String(describing: error))
    }
  }
}

/// Reports how the cycle went and exits with the code that scripts depend on.
private final class SingleCycleObserver: EngineObserver {
  private let log: TransitionLog
  private let bar: ProgressBar
  private let library: LibraryQueue
  private var setAside = 0

  init(log: TransitionLog, bar: ProgressBar, library: LibraryQueue) {
    self.log = log
    self.bar = bar
    self.library = library
  }

  func report(_ transition: Transition, cycle: Int) {
    if case .quarantined(let count, _) = transition { setAside += count }
    bar.erase()
    switch transition {
    case .waiting, .blocked: break  // `finished` prints the failure once, in full
    default: log.report(transition, cycle: cycle)
    }
  }

  func statusChanged(_ status: EngineStatus) { bar.show(status.progress.map { Progress($0) }) }

  func finished(_ outcome: CycleOutcome, took duration: Duration?) {
    bar.erase()
    switch outcome {
    case .inStep, .held: break
    case .paused: Exit.say("syncing is paused; run mediasyncctl resume")
    case .failed(let failure, _): Exit.say(failure.text)
    }
    leave(ControlOutcome(outcome, setAside: setAside).exitCode)
  }

  /// Closes the file before it exits, so that no data remains in the `-wal`: a copy of the file is then complete.
  private func leave(_ code: Int32) { library.close { exit(code) } }
}

/// Connects the timer and the engine, because creating either one requires the other.
///
/// `@unchecked Sendable` is sound because it is set and called on the loop only.
final class AlarmForwarder: @unchecked Sendable {
  var engine: Engine?

  func ring() { engine?.assumeIsolated { $0.timerFired() } }
}
