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
  mutating func told(quarantined: Int, conflicts: Int, _ particulars: Particulars) -> [Effect] {
    var effects: [Effect] = []
    if quarantined > 0 { effects.append(.report(.quarantined(quarantined, first(particulars.setAside)))) }
    if conflicts > 0 { effects.append(.report(.conflicted(conflicts, first(particulars.lost)))) }
    return effects
  }

  private mutating func first<Row>(_ rows: [Row]) -> [Row] {
    let told = rows.prefix(Self.rowLinesMax - rowLines)
    rowLines += told.count
    return Array(told)
  }

  /// Records a failure. If things work only for a moment between two failures, the outage is flapping: all of
  /// it counts as one outage, and its end is reported once things have worked for a while.
  mutating func countTrouble(_ failure: Failure, _ now: Moment) -> [Effect] {
    let effects = toldSteady(now)
    var present = trouble ?? Trouble(failure, now.boot)
    if trouble == nil, let lastRecovery { present.isFlapping = now.boot - lastRecovery < Self.steadyFor }
    if present.overSince != nil {
      present.overSince = nil
      // A person's action ended the outage, so they want to know that it was not enough.
      present.blocking = nil
    }
    present.attempts += 1
    (present.last, present.lastAt) = (failure, now.boot)
    present.hasOnlyHub = present.hasOnlyHub && failure.kind.isOfHub
    trouble = present
    return effects
  }

  /// How long everything must work between two outages for each to be reported separately.
  static let steadyFor: Duration = .seconds(600)

  /// A temporary failure: reported the first time its kind occurs in an outage. A hub that is away for a day
  /// is one line; if it then answers "busy" for an hour, that is another.
  mutating func told(of failure: Failure, retryIn wait: Duration) -> [Effect] {
    guard trouble?.kinds.insert(failure.kind).inserted == true else { return [] }
    return [.report(.waiting(failure, retryIn: wait))]
  }

  /// A failure that needs a person: reported unless it is the one reported last.
  mutating func told(ofBlocking failure: Failure) -> [Effect] {
    guard trouble?.blocking != failure else { return [] }
    trouble?.blocking = failure
    return [.report(.blocked(failure))]
  }

  /// The hub accepted a batch, or sent a page or a piece of a snapshot: that ends a hub outage, however much
  /// is left to catch up. An answer to `/capabilities` proves nothing, since a hub may give it and fail at
  /// everything else.
  mutating func toldHubWorks(_ now: Moment) -> [Effect] {
    trouble?.hasOnlyHub == true ? toldOver(now) : []
  }

  /// The device is in step: reports the end of an outage, if not reported yet, and what was moved.
  mutating func toldInStep(_ now: Moment) -> [Effect] {
    let effects = toldOver(now)
    guard pushedCount > 0 || pulledCount > 0 || lastSuccess == nil else { return effects }
    return effects + [.report(.inStep(pushed: pushedCount, pulled: pulledCount))]
  }

  /// Everything is pushed, and changes of others are held: reports the end of an outage.
  mutating func toldHeld(_ now: Moment) -> [Effect] { toldOver(now) }

  private mutating func toldOver(_ now: Moment) -> [Effect] {
    guard let trouble else { return [] }
    if trouble.overSince == nil { self.trouble?.overSince = now.boot }
    return trouble.isFlapping ? toldSteady(now) : toldRecovered(now)
  }

  /// Something works: a flapping outage is over once things have worked for a while.
  mutating func toldSteady(_ now: Moment) -> [Effect] {
    guard let over = trouble?.overSince, now.boot - over >= Self.steadyFor else { return [] }
    return toldRecovered(now)
  }

  private mutating func toldRecovered(_ now: Moment) -> [Effect] {
    guard let trouble else { return [] }
    self.trouble = nil
    lastRecovery = now.boot
    let lasted = (trouble.overSince ?? now.boot) - trouble.since
    return [
      .report(
        .recovered(Outage(attempts: trouble.attempts, lasted: lasted, wasHub: trouble.hasOnlyHub)))
    ]
  }

  /// The last failure, until something succeeds. A retry alone does not clear it.
  package var lastFailure: Failure? { trouble.flatMap { $0.overSince == nil ? $0.last : nil } }

  /// An outage: a row of failures, from the first failure to what ends it.
  struct Trouble: Hashable, Sendable {
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
