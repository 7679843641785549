/// Why sync is blocked, and how the device checks whether it still is.
package struct Blockage: Hashable, Sendable {
  /// What a person has to fix.
  package var failure: Failure
  /// What the device asks to find out whether it is fixed.
  package var probe: Probe
  /// The time of the last try, on the boot clock.
  var triedAt: Duration
  /// Whether the application has edited the library while a probe was under way.
  var isEdited = false

  init(_ failure: Failure, probe: Probe, triedAt: Duration) {
    self.failure = failure
    self.probe = probe
    self.triedAt = triedAt
  }
}

/// The one cheap request that tests whether the blockage is over.
package enum Probe: Hashable, Sendable {
  /// Tests whether the library can be opened. Every cycle begins with that.
  case library
  /// Tests what the hub is: asks `/capabilities` and nothing else, because the hub may be another one.
  case capabilities
  /// Asks for a page with at most one entry and discards it: tests whether a server of this kind accepts us.
  case page(HubKind)
}

extension Cycle {
  /// The mean time from one probe to the next if nothing else happens. The actual time is drawn from 0.8 to
  /// 1.2 of it.
  static let probeInterval: Duration = .seconds(900)

  /// The minimum time between two tries that edits of the library cause.
  static let editSpacing: Duration = .seconds(60)

  /// Enters the blocked state: from here on the device only probes.
  mutating func block(_ failure: Failure, _ now: Moment, random: Double) {
    enterBlocked(Blockage(failure, probe: probe(for: failure), triedAt: now.boot), now, random: random)
    hub = nil
  }

  /// - Parameter floor: how long the server asked the device to wait.
  private mutating func enterBlocked(
    _ blockage: Blockage, _ now: Moment, random: Double, floor: Duration? = nil
  ) {
    var blockage = blockage
    blockage.isEdited = false
    state = .blocked(blockage)
    plan = WakePlan()
    let share = Duration.milliseconds(
      Int64(Double(Self.probeInterval.wholeMilliseconds) * (0.8 + 0.4 * random)))
    plan[.probe] = now.boot + max(share, floor ?? .zero)
  }

  private func probe(for failure: Failure) -> Probe {
    switch failure.kind {
    case .libraryUnusable, .libraryForbidden, .libraryBusy: .library
    case .logChanged where hub != .layer1, .retired: .capabilities
    case .unreachable, .untrusted, .hubBusy, .badReply, .credentials, .configuration, .logChanged:
      hub.map { .page($0) } ?? .capabilities
    }
  }

  /// Starts the probe that is due. A library probe starts a cycle instead.
  mutating func beginProbe(_ blockage: Blockage, _ now: Moment) -> [Effect] {
    guard blockage.probe != .library, isOpen else { return begin(now) }
    var blockage = blockage
    blockage.triedAt = now.boot
    state = .probing(blockage)
    plan = WakePlan()
    return [.probe(blockage.probe)]
  }

  /// The probe succeeded. That proves only that one request works; the cycle that begins finds out the rest.
  mutating func probed(_ now: Moment) -> [Effect] {
    guard case .probing = state else { return [] }
    return begin(now)
  }

  /// The probe failed. A temporary failure says nothing about the blockage. A different blocking failure is
  /// reported.
  mutating func probeFailed(
    _ failure: Failure, _ blockage: Blockage, _ now: Moment, random: Double
  ) -> [Effect] {
    _ = backoff.failed(random: random)
    var effects = countOutage(failure, now)
    var next = blockage
    if !failure.isTemporary {
      if failure != blockage.failure { since = now }
      next.failure = failure
      // Our positions mean nothing to a hub with another log, so the device asks it for no page.
      if failure.kind == .logChanged, blockage.probe != .page(.layer1) { next.probe = .capabilities }
      effects += reportBlockage(of: failure)
    }
    enterBlocked(next, now, random: random, floor: failure.retryAfter)
    if blockage.isEdited { probeForEdit(blockage, now) }
    return effects
  }

  /// The application has edited the library: a reason to probe, at most once a minute.
  mutating func probeForEdit(_ blockage: Blockage, _ now: Moment) {
    guard blockage.probe != .library else { return }
    probe(by: max(now.boot + rules.debounce, blockage.triedAt + Self.editSpacing))
  }

  /// Schedules a probe for this time on the boot clock, unless an earlier one is scheduled.
  mutating func probe(by time: Duration) { plan[.probe] = min(plan[.probe] ?? time, time) }
}
