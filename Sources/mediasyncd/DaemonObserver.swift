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
  private let board: StatusBoard
  private let notifier: Notifier
  /// Called once, when the library is open for the first time.
  var opened: (() -> Void)?
  /// Those who wait until everything is in step.
  let waits = SyncWaits()
  private let meter: Meter
  private var setAside = 0

  init(log: TransitionLog, board: StatusBoard, notifier: Notifier, meter: Meter) {
    self.log = log
    self.meter = meter
    self.board = board
    self.notifier = notifier
  }

  func report(_ transition: Transition) {
    if case .quarantined(let count) = transition { setAside += count }
    log.report(transition)
  }

  func statusChanged(_ engine: EngineStatus) {
    if engine.standing != nil, let opened {
      self.opened = nil
      opened()
    }
    let status = board.status(engine)
    notifier.status(StatusText.firstLine(status, now: WallClock.now))
    waits.statusChanged(status)
  }

  /// Called after success, where there is one.
  var heartbeat: Heartbeat?

  func confirmed() { heartbeat?.succeeded() }

  func happened(_ event: Event) { meter.tally.count(event) }

  func finished(_ outcome: CycleOutcome, took duration: Duration?) {
    meter.tally.count(outcome, took: duration)
  }

  /// From here on what is set aside counts for the cycle that was asked for.
  func beginTriggered() { setAside = 0 }

  func controlOutcome(_ outcome: CycleOutcome) -> ControlOutcome {
    switch outcome {
    case .inStep: setAside > 0 ? .setAside : .inStep
    case .paused: .paused
    case .failed(let failure, let isBlocked):
      failure.kind == .credentials ? .refused : isBlocked ? .misconfigured : .temporaryFailure
    }
  }
}

/// `mediasyncctl wait`: answered when everything is in step and nothing local is waiting, or when the time is up.
final class SyncWaits {
  private struct Wait {
    let reply: @Sendable (ControlReply) -> Void
    let timer: LoopTimer?
  }

  private var waits: [UInt64: Wait] = [:]
  private var last: Status?

  func add(
    _ peer: ControlServer.Peer, loop: LoopExecutor, timeout: Double?, status: Status,
    _ reply: @escaping @Sendable (ControlReply) -> Void
  ) {
    if Self.isInStep(status) { return reply(.outcome(.inStep, status)) }
    last = status
    let waiting = WaitEnd(waits: self, connection: peer.connection)
    let timer = timeout.flatMap { _ in try? LoopTimer(loop: loop) { waiting.timeIsUp() } }
    if let timeout { timer?.arm(after: .milliseconds(Int64(timeout * 1000))) }
    waits[peer.connection] = Wait(reply: reply, timer: timer)
  }

  func remove(_ peer: ControlServer.Peer) { waits[peer.connection] = nil }

  func statusChanged(_ status: Status) {
    last = status
    guard !waits.isEmpty, Self.isInStep(status) else { return }
    let ended = waits.sorted { $0.key < $1.key }
    waits.removeAll()
    for (_, wait) in ended { wait.reply(.outcome(.inStep, status)) }
  }

  fileprivate func timeIsUp(_ connection: UInt64) {
    guard let wait = waits.removeValue(forKey: connection), let last else { return }
    wait.reply(.outcome(.timedOut, last))
  }

  private static func isInStep(_ status: Status) -> Bool {
    status.state == .inSync && status.pendingLocal == 0
  }
}

/// Carries the end of a wait's time back to where it is kept.
///
/// Sound as `@unchecked Sendable`: made and called on the loop alone.
private final class WaitEnd: @unchecked Sendable {
  private weak var waits: SyncWaits?
  private let connection: UInt64

  init(waits: SyncWaits, connection: UInt64) {
    self.waits = waits
    self.connection = connection
  }

  func timeIsUp() { waits?.timeIsUp(connection) }
}
