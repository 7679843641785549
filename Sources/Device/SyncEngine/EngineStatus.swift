import SyncCore

/// The current status, for people, systemd and metrics (docs/promises.md, promise 8).
package struct EngineStatus: Sendable {
  /// The state as people see it.
  package enum State: String, Sendable, CaseIterable {
    /// Everything is pushed and pulled.
    case inSync = "in-sync"
    /// A cycle is under way.
    case syncing
    /// The next try is scheduled.
    case waiting
    /// Everything is pushed. Remote changes are held until a person decides about them.
    case held
    /// Paused by a person.
    case paused
    /// Someone must act. The device probes now and then whether they have.
    case blocked
  }

  /// The state as people see it.
  package let state: State
  /// Why it waits or is blocked; during a retry, the last failure.
  package let reason: String?
  /// Since when the state has held.
  package let since: Instant?
  /// Whether a retry after a failure is under way.
  package let isTryingAgain: Bool
  /// When the next try is.
  package let nextAttempt: Instant?
  /// Failures since the last success.
  package let attempt: Int
  /// The library's cursors and counts.
  package let deviceState: DeviceState?
  /// The newest position that the hub has named.
  package let hubHead: Position
  /// When everything was last pushed and pulled.
  package let lastSuccess: Instant?
  /// How far this machine's clock is ahead of the hub's; `nil` if the hub has not told its time.
  package let clockAhead: Duration?
  /// What the server is.
  package let hub: HubKind?
  /// When a pause ends.
  package let pauseUntil: Instant?
  /// The progress of a push, a pull or a snapshot.
  package let progress: EngineProgress?

  init(_ engine: isolated Engine) {
    let cycle = engine.cycle
    var reason: String?
    var pauseUntil: Instant?
    switch cycle.state {
    case .resting, .listening:
      if let hold = cycle.hold {
        state = .held
        reason = hold.text
      } else {
        state = cycle.lastSuccess != nil ? .inSync : .syncing
      }
    case .opening, .negotiating, .loading, .sending, .renewing, .completingPush, .pulling:
      state = .syncing
      // A retry has not succeeded yet.
      reason = cycle.lastFailure?.text
    case .snapshotting:
      state = .syncing
      reason = "starting over from a snapshot"
    case .comparing(.logGap):
      state = .syncing
      reason = "comparing with the hub, because entries of the application's log are gone"
    case .onTask(let task):
      state = .syncing
      reason = task.doing
    case .waiting(let failure):
      state = .waiting
      reason = failure.text
    case .blocked(let blockage), .probing(let blockage):
      state = .blocked
      reason = blockage.failure.text
    case .paused(let pause):
      state = .paused
      pauseUntil = pause.until
    }
    self.reason = reason
    self.pauseUntil = pauseUntil
    since = cycle.since?.wall
    isTryingAgain = state == .syncing && cycle.lastFailure != nil
    nextAttempt = engine.nextAttempt
    attempt = cycle.backoff.attempt
    deviceState = engine.deviceState
    hubHead = cycle.hubHead
    lastSuccess = cycle.lastSuccess
    hub = cycle.hub
    clockAhead = engine.clockAhead
    let transfers = engine.requests.values.compactMap { engine.hub.progress(of: $0) }
    progress = engine.meter.progress(
      at: engine.time.now().boot, transfer: transfers.max { ($0.total ?? $0.done) < ($1.total ?? $1.done) })
  }
}

extension Hold {
  /// What is held, and what to do, in one line.
  package var text: String {
    "changes from elsewhere that delete or empty \(rows) row\(rows == 1 ? "" : "s") are held: mediasyncctl changes show"
  }
}

extension MaintenanceTask {
  /// What status shows while it runs.
  fileprivate var doing: String {
    switch self {
    case .verify: "comparing with the hub"
    case .adopt: "looking for rows that the hub lacks"
    case .fillColumns: "fetching what the hub holds in new columns"
    case .fetchChildren: "fetching what hangs on a row that came back"
    case .resync, .join: "starting over from a snapshot"
    }
  }
}
