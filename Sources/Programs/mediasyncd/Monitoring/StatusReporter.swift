import ControlProtocol
import SyncCore
import SyncEngine

/// The engine's status in the words of the control protocol. On the loop alone.
///
/// Sound as `@unchecked Sendable`: whoever holds it touches it on the loop.
final class StatusReporter: @unchecked Sendable {
  /// The hub's base URL.
  var hubURL: String
  /// Why the last reload was refused; `nil` where it was not.
  var reloadFailure: String?
  /// Why the library is polled; `nil` where the system tells of every change.
  var polling: String?
  let database: String

  init(hubURL: String, database: String) {
    self.hubURL = hubURL
    self.database = database
  }

  func status(_ engine: EngineStatus) -> Status {
    var status = Status(state: state(engine.state), database: database, version: Build.version)
    status.reason = engine.reason
    status.since = engine.since?.description
    status.attempt = engine.attempt
    status.hubURL = hubURL
    status.reloadFailure = reloadFailure
    status.polling = polling
    status.lastSuccess = engine.lastSuccess?.description
    status.pauseUntil = engine.pauseUntil?.description
    if let hold = engine.deviceState?.hold {
      status.held = Status.Held(
        since: hold.since.description, rows: Int64(hold.rows), readTo: hold.read.rawValue)
    }
    if [.waiting, .blocked, .inSync].contains(engine.state) {
      status.nextAttempt = engine.nextAttempt?.description
    }
    status.tryingAgain = engine.isTryingAgain
    if let ahead = engine.clockAhead, abs(ahead.wholeMilliseconds) >= 86_400_000 {
      status.clockAheadSeconds = ahead.wholeMilliseconds / 1000
    }
    status.hubHead = engine.hubHead.rawValue
    if let deviceState = engine.deviceState {
      status.pendingLocal = Int64(deviceState.pendingLocal)
      status.logGap = deviceState.hasLogGap
      status.logResetAt = deviceState.logResetAt?.description
      status.lacking = deviceState.lacking.map { Int64($0) }
      status.pulledCursor = deviceState.pulled.rawValue
      status.quarantined = Int64(deviceState.quarantined)
      status.parked = Int64(deviceState.parked)
      status.conflicts = Int64(deviceState.conflicts)
      status.deviceID = deviceState.device.rawValue
      status.incarnation = deviceState.incarnation.rawValue
      status.hubHead = max(engine.hubHead, deviceState.pulled).rawValue
    }
    status.progress = engine.progress.map { Progress($0) }
    switch engine.hub {
    case .layer1: status.hubProtocol = "layer-1"
    case .layer2: status.hubProtocol = "layer-2"
    case nil: break
    }
    return status
  }

  private func state(_ state: EngineStatus.State) -> Status.State {
    switch state {
    case .inSync: .inSync
    // Version 1 has no word for it; `held` says it.
    case .held: .waiting
    case .syncing: .syncing
    case .waiting: .waiting
    case .paused: .paused
    case .blocked: .blocked
    }
  }
}

extension Progress {
  init(_ progress: EngineProgress) {
    let phase: Phase =
      switch progress.phase {
      case .push: .push
      case .pull: .pull
      case .snapshot: .snapshot
      }
    self.init(phase: phase, done: progress.done)
    bytesDone = progress.transfer?.done
    bytesTotal = progress.transfer?.total
    total = progress.total
    rate = progress.rate.map { ($0 * 10).rounded() / 10 }
    secondsLeft = progress.left.map {
      Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18
    }
    .map { ($0 * 10).rounded() / 10 }
  }
}
