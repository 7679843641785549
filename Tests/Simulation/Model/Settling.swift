import SampleApplication
import SyncCore

extension World {
  /// How often everybody is asked to bring everything into step before the history counts as never at rest.
  private static let roundsMax = 25

  /// Stops the faults, waits for rest, and fetches again what the application dropped without a log entry.
  func completePush() throws -> Violation? {
    if let violation = comeToRest() { return violation }
    guard devices.contains(where: { !$0.lost.isEmpty }) else { return nil }
    for device in devices where !device.lost.isEmpty {
      if let violation = try halfThere(device) { return violation }
    }
    for device in devices {
      if let violation = repair(device) { return violation }
    }
    return comeToRest()
  }

  /// A hard-deleted medium comes back whole, or not at all.
  private func halfThere(_ device: DeviceMachine) throws -> Violation? {
    let state = try LibraryState(library: device.application.connection)
    let held = try LibraryState(hub: SQLiteConnection(hub.path), columns: Template.columns)
    for (name, line) in held.rows.sorted(by: { $0.key < $1.key }) where state.rows[name] == nil {
      let parent = line.split(separator: " | ").first { $0.hasPrefix("media_uuid=") }?.dropFirst(11)
      guard let parent, state.rows["Media \(parent)"] != nil, try !device.waits(name) else { continue }
      return Violation(
        "what was deleted for good comes back whole or not at all",
        "\(device.name) has Media \(parent), and not its \(name)")
    }
    return nil
  }

  /// `mediasyncctl verify --repair`, until it finds nothing more.
  private func repair(_ device: DeviceMachine) -> Violation? {
    var last = "no answer"
    for _ in 0..<6 {
      let answer = Answer()
      device.engine?.assumeIsolated { engine in
        engine.run(.verify(repairs: true)) { answer.outcome = $0 }
      }
      run(.seconds(20))
      guard let outcome = answer.outcome else { continue }
      last = "\(outcome)"
      trace("\(device.name): verify: \(last)")
      // The digests differ in columns that only other applications have, and nobody compares those.
      if case .done(let report) = outcome, report.counts[.missingHere, default: 0] == 0 {
        device.lost = []
        return nil
      }
    }
    return Violation(
      "verify --repair makes a library what the hub holds", "\(device.name): \(last.prefix(400))")
  }

  /// Sound as `@unchecked Sendable`: a history runs on one thread from beginning to end.
  private final class Answer: @unchecked Sendable { var outcome: MaintenanceTaskOutcome? }

  /// Stops the faults, and gives everybody the time to bring everything into step.
  private func comeToRest() -> Violation? {
    chance.begin(seed: setup.seed ^ 0x5E77)
    trace("the faults stop")
    hub.disarm()
    for device in devices {
      device.disarm()
      release(device.application, of: device)
    }
    var isQuiet = false
    for _ in 0..<Self.roundsMax {
      for device in devices {
        device.start()
        device.engine?.assumeIsolated { $0.resume() }
        device.engine?.assumeIsolated { $0.trigger() }
      }
      run(.seconds(20))
      for device in devices { try? decide(device, accepts: chance.percent(50)) }
      let wasQuiet = isQuiet
      isQuiet = devices.allSatisfy(isInStep)
      if isQuiet, wasQuiet { return nil }
    }
    let restless = devices.filter { !isInStep($0) }
    guard !restless.isEmpty else { return nil }
    return Violation("all comes to rest", restless.map(restlessness).joined(separator: "; "))
  }

  /// Whether nobody has anything to push or to pull, as far as the libraries know.
  var isAllInStep: Bool {
    devices.allSatisfy { device in
      guard isInStep(device), let kept = try? device.deviceState() else { return false }
      return kept.pulled == hub.head() && device.lost.isEmpty
    }
  }

  /// Whether a device has nothing to push, nothing to pull, and nothing running.
  private func isInStep(_ device: DeviceMachine) -> Bool {
    guard let status = device.engine?.assumeIsolated({ $0.status() }), let deviceState = status.deviceState
    else {
      return false
    }
    return status.state == .inSync && deviceState.pendingLocal == 0 && deviceState.pulled == status.hubHead
      && status.hubHead.rawValue == hub.head()
  }

  private func restlessness(_ device: DeviceMachine) -> String {
    guard let status = device.engine?.assumeIsolated({ $0.status() }) else {
      return "\(device.name) is not there"
    }
    let deviceState = status.deviceState
    return "\(device.name) is \(status.state.rawValue) (\(status.reason ?? "no reason")), "
      + "\(deviceState?.pendingLocal ?? -1) pending, stands at \(deviceState.map { "\($0.pulled)" } ?? "?") of \(hub.head())"
  }
}
