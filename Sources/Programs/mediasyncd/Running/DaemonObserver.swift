import ControlProtocol
import EventLoop
import ServiceHost
import SyncCore
import SyncEngine

/// Tells the log, systemd and whoever waits what the engine says. On the loop alone.
///
/// Sound as `@unchecked Sendable`: the engine calls it on the loop, the daemon touches it there.
final class DaemonObserver: EngineObserver, @unchecked Sendable {
  private let log: TransitionLog
  private let reporter: StatusReporter
  private let notifier: Notifier
  /// Called once, when the library is open for the first time, or could not be opened.
  var opened: (() -> Void)?
  /// Those who wait until everything is in step.
  let waits = WaitHandler()
  private let recorder: MetricsRecorder
  /// Called when nothing is tried any more until somebody acts.
  var blocked: (() -> Void)?
  /// Those who want to know what happens.
  var watch: WatchHandler?
  /// When people were last told, and of which state: in a long catch-up they are not told of every page.
  private var lastTold: (at: Duration, state: EngineStatus.State)?
  private static let notifyInterval: Duration = .milliseconds(250)
  /// Called when everything is in step after a large piece of work: what that took is not needed at rest.
  var cameToRest: (() -> Void)?
  private var hasRested = false

  init(log: TransitionLog, reporter: StatusReporter, notifier: Notifier, recorder: MetricsRecorder) {
    self.log = log
    self.recorder = recorder
    self.reporter = reporter
    self.notifier = notifier
  }

  func report(_ transition: Transition, cycle: Int) {
    log.report(transition, cycle: cycle)
    watch?.report(transition)
    switch transition {
    case .inStep(let pushed, let pulled):
      rest(behind: pushed + pulled)
    default: break
    }
  }

  private func rest(behind changes: Int) {
    guard !hasRested || changes >= Self.largeWork else { return }
    hasRested = true
    cameToRest?()
  }

  /// How many changes make a large piece of work; the first cycle is one whatever it moves.
  private static let largeWork = 100

  func statusChanged(_ engine: EngineStatus) {
    // A library that cannot be opened now is no reason to keep systemd waiting: the daemon is there, and says why.
    if engine.deviceState != nil || [.waiting, .blocked].contains(engine.state), let opened {
      self.opened = nil
      opened()
    }
    if engine.state == .blocked { blocked?() }
    let now = BootClock.now
    if engine.state == .syncing, let lastTold, lastTold.state == .syncing,
      now - lastTold.at < Self.notifyInterval
    {
      return
    }
    lastTold = (now, engine.state)
    let status = reporter.status(engine)
    log.log(status)
    watch?.statusChanged(status)
    notifier.status(StatusText.serviceLine(status))
    waits.statusChanged(status)
  }

  /// Called after success, where there is one.
  var heartbeat: Heartbeat?

  func confirmed() { heartbeat?.succeeded() }

  /// Called whenever anything happens, which is more often than not what wakes the process.
  var isAwake: (() -> Void)?

  func happened(_ event: Event) {
    recorder.counters.count(event)
    isAwake?()
  }

  func finished(_ outcome: CycleOutcome, took duration: Duration?) {
    recorder.counters.count(outcome, took: duration)
  }
}

extension ControlOutcome {
  /// How a cycle ended that somebody asked for, in which so many changes were set aside.
  init(_ outcome: CycleOutcome, setAside: Int) {
    switch outcome {
    case .inStep: self = setAside > 0 ? .setAside : .inStep
    case .held: self = .setAside
    case .paused: self = .paused
    case .failed(let failure, let isBlocked):
      // Who waits for the command has to give access to the library before it can succeed.
      let isUnusable = isBlocked || failure.kind == .libraryForbidden
      self = failure.kind == .credentials ? .refused : isUnusable ? .misconfigured : .temporaryFailure
    }
  }
}
