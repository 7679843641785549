/// Why syncing is blocked, and how it is found out whether it still is.
package struct Blockage: Hashable, Sendable {
  /// What somebody has to mend.
  package var failure: Failure
  /// What is asked to find out whether they have.
  package var probe: Probe
  /// When it was last tried, on the boot clock.
  var triedAt: Duration
  /// Somebody has edited the library while a probe was under way.
  var isEdited = false

  init(_ failure: Failure, probe: Probe, triedAt: Duration) {
    self.failure = failure
    self.probe = probe
    self.triedAt = triedAt
  }
}

/// The one cheap thing that is asked of what blocks.
package enum Probe: Hashable, Sendable {
  /// Whether the library can be opened: a cycle begins with that.
  case library
  /// What the hub is: `/capabilities` and nothing else, because the hub may be another.
  case capabilities
  /// A page with one entry at most, which goes nowhere: whether a server of this kind lets us in.
  case page(HubKind)
}

extension Cycle {
  /// How long it is about from one probe to the next where nothing happens: drawn between four and six fifths of this.
  static let probeInterval: Duration = .seconds(900)

  /// The least time between two tries that edits of the library bring about.
  static let editSpacing: Duration = .seconds(60)

  /// Nothing but probes is tried from here on.
  mutating func block(_ failure: Failure, _ now: Moment, random: Double) {
    enterBlocked(Blockage(failure, probe: probe(for: failure), triedAt: now.boot), now, random: random)
    hub = nil
  }

  /// - Parameter floor: what the server asked for.
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

  /// The time has come to probe.
  mutating func beginProbe(_ blockage: Blockage, _ now: Moment) -> [Effect] {
    guard blockage.probe != .library, isOpen else { return begin(now) }
    var blockage = blockage
    blockage.triedAt = now.boot
    state = .probing(blockage)
    plan = WakePlan()
    return [.probe(blockage.probe)]
  }

  /// What blocked is gone, as far as one request tells: a cycle finds out the rest.
  mutating func probed(_ now: Moment) -> [Effect] {
    guard case .probing = state else { return [] }
    return begin(now)
  }

  /// The probe failed. What may pass by itself says nothing of what blocks; another thing that blocks is told.
  mutating func probeFailed(
    _ failure: Failure, _ blockage: Blockage, _ now: Moment, random: Double
  ) -> [Effect] {
    _ = backoff.failed(random: random)
    var effects = countTrouble(failure, now)
    var next = blockage
    if !failure.isTemporary {
      if failure != blockage.failure { since = now }
      next.failure = failure
      // Positions of ours mean nothing to a hub with another log: it is asked for no page.
      if failure.kind == .logChanged, blockage.probe != .page(.layer1) { next.probe = .capabilities }
      effects += told(ofBlocking: failure)
    }
    enterBlocked(next, now, random: random, floor: failure.retryAfter)
    if blockage.isEdited { probeForEdit(blockage, now) }
    return effects
  }

  /// Somebody has edited the library: reason enough to probe, at most once a minute.
  mutating func probeForEdit(_ blockage: Blockage, _ now: Moment) {
    guard blockage.probe != .library else { return }
    probe(by: max(now.boot + rules.debounce, blockage.triedAt + Self.editSpacing))
  }

  /// Probes at this time on the boot clock, unless it is probed earlier anyway.
  mutating func probe(by time: Duration) { plan[.probe] = min(plan[.probe] ?? time, time) }
}
