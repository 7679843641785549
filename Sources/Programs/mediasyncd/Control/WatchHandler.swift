import ControlProtocol
import EventLoop
import ServiceHost
import SyncCore
import SyncEngine

/// Sends events to the clients that watch. It builds no event if nobody watches. Runs on the loop only.
///
/// `@unchecked Sendable` is sound because it is created and used on the loop.
final class WatchHandler: @unchecked Sendable {
  /// How often watchers receive the progress of a long request; no other event comes while one runs.
  private static let tickInterval: Duration = .seconds(1)

  private let server: ControlServer
  private let status: () -> Status
  private var tick: LoopTimer?
  /// The last status sent, without the values that change with every page.
  private var told: Status?

  /// `status` returns the current status.
  init(server: ControlServer, loop: LoopExecutor, status: @escaping () -> Status) throws(SystemError) {
    self.server = server
    self.status = status
    tick = try LoopTimer(loop: loop) { [weak self] in self?.tickFired() }
  }

  private func tickFired() {
    guard server.hasWatchers else { return }
    statusChanged(status())
  }

  /// Sends the current status to a new watcher only.
  func begin(_ peer: ControlServer.Peer, _ status: Status) {
    var event = ControlEvent(.status, at: Self.now)
    event.status = status
    server.send(event, to: peer)
    armTick(status)
  }

  private func armTick(_ status: Status) {
    if status.state == .syncing { tick?.arm(after: Self.tickInterval) } else { tick?.disarm() }
  }

  func report(_ transition: Transition) {
    guard server.hasWatchers else { return }
    server.send(ControlEvent(transition, at: Self.now))
  }

  func statusChanged(_ status: Status) {
    guard server.hasWatchers else {
      tick?.disarm()
      return told = nil
    }
    armTick(status)
    let essence = Self.essence(status)
    if essence != told {
      told = essence
      var event = ControlEvent(.status, at: Self.now)
      event.status = status
      server.send(event)
    } else if let progress = status.progress {
      var event = ControlEvent(.progress, at: Self.now)
      event.progress = progress
      server.send(event)
    }
  }

  /// Removes the values that only show progress: while changes are in transit, their counts are no news.
  private static func essence(_ status: Status) -> Status {
    var essence = status
    essence.progress = nil
    if status.state == .syncing {
      essence.pulledCursor = 0
      essence.pendingLocal = 0
      essence.hubHead = nil
    }
    return essence
  }

  private static var now: String { Instant(milliseconds: WallClock.now).description }
}

extension ControlEvent {
  /// A transition in the words of the control protocol.
  init(_ transition: Transition, at: String) {
    func named(_ name: Name, _ set: (inout ControlEvent) -> Void = { _ in }) -> ControlEvent {
      var event = ControlEvent(name, at: at)
      set(&event)
      return event
    }
    self =
      switch transition {
      case .inStep(let pushed, let pulled):
        named(.inStep) { ($0.pushed, $0.pulled, $0.attempts) = (pushed, pulled, 0) }
      case .recovered(let outage):
        named(.recovered) {
          $0.attempts = outage.attempts
          $0.outageSeconds = Double(outage.lasted.wholeMilliseconds) / 1000
        }
      case .waiting(let failure, let wait):
        named(.waiting) {
          ($0.reason, $0.kind) = (failure.text, failure.kind.rawValue)
          $0.retryIn = Double(wait.wholeMilliseconds) / 1000
        }
      case .blocked(let failure):
        named(.blocked) { ($0.reason, $0.kind) = (failure.text, failure.kind.rawValue) }
      case .quarantined(let count, let first):
        named(.quarantined) {
          ($0.count, $0.named) = (count, first.isEmpty ? nil : first.map { EventRow($0) })
        }
      case .conflicted(let count, let rows):
        named(.conflicts) { ($0.count, $0.named) = (count, rows.isEmpty ? nil : rows.map { EventRow($0) }) }
      case .passedOver(let count): named(.passedOver) { $0.count = count }
      case .rewound: named(.rewound)
      case .logChanged(let change): named(change == .reset ? .logReset : .logGap)
      case .compared(let queued): named(.compared) { $0.requeued = queued }
      case .held(let hold): named(.changesHeld) { $0.count = hold.rows }
      case .holdEnded(let ended):
        named(ended.isAccepted ? .changesAccepted : .changesRefused) {
          ($0.count, $0.requeued) = (ended.rows, ended.queued)
        }
      case .snapshotBegun(let reason): named(.snapshotBegun) { $0.reason = reason.rawValue }
      case .snapshotTaken(let reason, let rows, let requeued):
        named(.snapshotTaken) { ($0.reason, $0.rows, $0.requeued) = (reason.rawValue, rows, requeued) }
      case .pruned(let count): named(.pruned) { $0.count = count }
      case .indexLeftAlone(let finding):
        named(.indexLeftAlone) { $0.reason = "\(finding.table): \(finding.reason)" }
      case .paused(let pause): named(.paused) { $0.until = pause.until?.description }
      case .resumed: named(.resumed)
      }
  }
}

extension EventRow {
  /// Bounds a name, because it comes from the hub or the application and a watcher's buffer is bounded.
  private static let nameScalarsMax = 200

  fileprivate init(_ row: RowName?) {
    self.init(
      entity: row?.entity.onOneLine(scalarsMax: Self.nameScalarsMax),
      uuid: row?.uuid.onOneLine(scalarsMax: Self.nameScalarsMax))
  }

  fileprivate init(_ entry: QuarantineEntry) {
    self.init(entry.row)
    (code, direction, number) = (entry.code, entry.direction.rawValue, entry.number)
  }
}
