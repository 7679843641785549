/// What the log reports (docs/promises.md, promise 8): transitions, never repeats.
extension Cycle {
  /// The maximum number of lines about single rows in one cycle. Beyond it only counts are reported.
  static let rowLinesMax = 20

  /// Counts a cycle that begins.
  mutating func countCycle() {
    number += 1
    rowLines = 0
  }

  /// Reports what was quarantined and what lost a conflict.
  mutating func reportLosses(quarantined: Int, conflicts: Int, _ samples: ReportSamples) -> [Effect] {
    var effects: [Effect] = []
    if quarantined > 0 { effects.append(.report(.quarantined(quarantined, first(samples.quarantined)))) }
    if conflicts > 0 { effects.append(.report(.conflicted(conflicts, first(samples.lost)))) }
    return effects
  }

  private mutating func first<Row>(_ rows: [Row]) -> [Row] {
    let told = rows.prefix(Self.rowLinesMax - rowLines)
    rowLines += told.count
    return Array(told)
  }

  /// Records a failure. If things work only for a moment between two failures, the outage is flapping: all of
  /// it counts as one outage, and its end is reported once things have worked for a while.
  mutating func countOutage(_ failure: Failure, _ now: Moment) -> [Effect] {
    let effects = reportSteadyRecovery(now)
    var present = outage ?? OngoingOutage(failure, now.boot)
    if outage == nil, let lastRecovery { present.isFlapping = now.boot - lastRecovery < Self.steadyFor }
    if present.overSince != nil {
      present.overSince = nil
      // A person's action ended the outage, so they want to know that it was not enough.
      present.blocking = nil
    }
    present.attempts += 1
    (present.last, present.lastAt) = (failure, now.boot)
    present.hasOnlyHub = present.hasOnlyHub && failure.kind.isOfHub
    outage = present
    return effects
  }

  /// How long everything must work between two outages for each to be reported separately.
  static let steadyFor: Duration = .seconds(600)

  /// A temporary failure: reported the first time its kind occurs in an outage. A hub that is away for a day
  /// is one line; if it then answers "busy" for an hour, that is another.
  mutating func reportRetry(of failure: Failure, retryIn wait: Duration) -> [Effect] {
    guard outage?.kinds.insert(failure.kind).inserted == true else { return [] }
    return [.report(.waiting(failure, retryIn: wait))]
  }

  /// A failure that needs a person: reported unless it is the one reported last.
  mutating func reportBlockage(of failure: Failure) -> [Effect] {
    guard outage?.blocking != failure else { return [] }
    outage?.blocking = failure
    return [.report(.blocked(failure))]
  }

  /// The hub accepted a batch, or sent a page or a piece of a snapshot: that ends a hub outage, however much
  /// is left to catch up. An answer to `/capabilities` proves nothing, since a hub may give it and fail at
  /// everything else.
  mutating func reportHubRecovery(_ now: Moment) -> [Effect] {
    outage?.hasOnlyHub == true ? reportEndOfOutage(now) : []
  }

  /// The device is in step: reports the end of an outage, if not reported yet, and what was moved.
  mutating func reportInStep(_ now: Moment) -> [Effect] {
    let effects = reportEndOfOutage(now)
    guard pushedCount > 0 || pulledCount > 0 || lastSuccess == nil else { return effects }
    return effects + [.report(.inStep(pushed: pushedCount, pulled: pulledCount))]
  }

  /// Everything is pushed, and changes of others are held: reports the end of an outage.
  mutating func reportHeld(_ now: Moment) -> [Effect] { reportEndOfOutage(now) }

  private mutating func reportEndOfOutage(_ now: Moment) -> [Effect] {
    guard let outage else { return [] }
    if outage.overSince == nil { self.outage?.overSince = now.boot }
    return outage.isFlapping ? reportSteadyRecovery(now) : reportRecovery(now)
  }

  /// Something works: a flapping outage is over once things have worked for a while.
  mutating func reportSteadyRecovery(_ now: Moment) -> [Effect] {
    guard let over = outage?.overSince, now.boot - over >= Self.steadyFor else { return [] }
    return reportRecovery(now)
  }

  private mutating func reportRecovery(_ now: Moment) -> [Effect] {
    guard let outage else { return [] }
    self.outage = nil
    lastRecovery = now.boot
    let lasted = (outage.overSince ?? now.boot) - outage.since
    return [
      .report(
        .recovered(Outage(attempts: outage.attempts, lasted: lasted, wasHub: outage.hasOnlyHub)))
    ]
  }

  /// The last failure, until something succeeds. A retry alone does not clear it.
  package var lastFailure: Failure? { outage.flatMap { $0.overSince == nil ? $0.last : nil } }

  /// An outage: a row of failures, from the first failure to what ends it.
  struct OngoingOutage: Hashable, Sendable {
    /// When it began, on the boot clock, so that time suspended counts too.
    let since: Duration
    /// The number of failures.
    var attempts = 0
    /// The last failure, and its time on the boot clock.
    var last: Failure
    var lastAt: Duration
    /// The time of the last retry that an edit caused, on the boot clock.
    var triedForEditAt: Duration?
    /// The kinds that were reported.
    var kinds: Set<Failure.Kind> = []
    /// The failure that needs a person, once it was reported.
    var blocking: Failure?
    /// Whether the hub is the cause of every failure.
    var hasOnlyHub = true
    /// Whether the outage began soon after the end of another.
    var isFlapping = false
    /// When things began to work again; `nil` while they fail. A flapping outage is not reported as over yet.
    var overSince: Duration?

    init(_ failure: Failure, _ now: Duration) {
      since = now
      (last, lastAt) = (failure, now)
    }
  }
}
