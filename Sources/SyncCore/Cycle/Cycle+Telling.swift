/// What people are told (promise 8): transitions, never repeats.
extension Cycle {
  /// Lines about single rows that one cycle gives; beyond them it gives counts.
  static let rowLinesMax = 20

  /// Another cycle begins.
  mutating func countCycle() {
    number += 1
    rowLines = 0
  }

  /// What was set aside and what lost.
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

  /// One more failure. Whatever works only for a moment between two of them flaps: its outages are one, whose end is
  /// told when it has worked for a while.
  mutating func countTrouble(_ failure: Failure, _ now: Moment) -> [Effect] {
    let effects = toldSteady(now)
    var present = trouble ?? Trouble(failure, now.boot)
    if trouble == nil, let lastRecovery { present.isFlapping = now.boot - lastRecovery < Self.steadyFor }
    if present.overSince != nil {
      present.overSince = nil
      // It took somebody's act to come so far: they want to know that it was not enough.
      present.blocking = nil
    }
    present.attempts += 1
    (present.last, present.lastAt) = (failure, now.boot)
    present.hasOnlyHub = present.hasOnlyHub && failure.kind.isOfHub
    trouble = present
    return effects
  }

  /// How long everything must work between two outages for each to be told from beginning to end.
  static let steadyFor: Duration = .seconds(600)

  /// A failure that may pass: told the first time that its kind comes in a row of failures. The hub's being away for
  /// a day is one line, and where it then answers "busy" for an hour that is another.
  mutating func told(of failure: Failure, retryIn wait: Duration) -> [Effect] {
    guard trouble?.kinds.insert(failure.kind).inserted == true else { return [] }
    return [.report(.waiting(failure, retryIn: wait))]
  }

  /// A failure that needs somebody: told unless it is the one that was told last.
  mutating func told(ofBlocking failure: Failure) -> [Effect] {
    guard trouble?.blocking != failure else { return [] }
    trouble?.blocking = failure
    return [.report(.blocked(failure))]
  }

  /// The hub took a batch, or gave a page or a piece of a snapshot: an outage of the hub is over here, however much there
  /// is to catch up with. That it says what it is proves nothing: a hub may do that and fail at everything else.
  mutating func toldHubWorks(_ now: Moment) -> [Effect] {
    trouble?.hasOnlyHub == true ? toldOver(now) : []
  }

  /// In step: the end of a row of failures, unless it was told, and what was moved.
  mutating func toldInStep(_ now: Moment) -> [Effect] {
    let effects = toldOver(now)
    guard pushedCount > 0 || pulledCount > 0 || lastSuccess == nil else { return effects }
    return effects + [.report(.inStep(pushed: pushedCount, pulled: pulledCount))]
  }

  /// Everything is pushed, and what others did is held: the end of a row of failures.
  mutating func toldHeld(_ now: Moment) -> [Effect] { toldOver(now) }

  private mutating func toldOver(_ now: Moment) -> [Effect] {
    guard let trouble else { return [] }
    if trouble.overSince == nil { self.trouble?.overSince = now.boot }
    return trouble.isFlapping ? toldSteady(now) : toldRecovered(now)
  }

  /// Something works: what had flapped is over where it has worked for a while.
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

  /// The last failure, until something succeeds: also while it is tried again.
  package var lastFailure: Failure? { trouble.flatMap { $0.overSince == nil ? $0.last : nil } }

  /// A row of failures, from the first to what ends it.
  struct Trouble: Hashable, Sendable {
    /// When it began, by boot time: a suspended machine's outage counts whole.
    let since: Duration
    /// How many failures.
    var attempts = 0
    /// The last of them, and when it was, on the boot clock.
    var last: Failure
    var lastAt: Duration
    /// For when an edit last brought about a try, on the boot clock.
    var triedForEditAt: Duration?
    /// The kinds that people know of.
    var kinds: Set<Failure.Kind> = []
    /// The failure that needs somebody, once they know of it.
    var blocking: Failure?
    /// Nothing but the hub was in the way.
    var hasOnlyHub = true
    /// Everything had only just come back when it began.
    var isFlapping = false
    /// Since when it works again; where it flapped, that is not told yet.
    var overSince: Duration?

    init(_ failure: Failure, _ now: Duration) {
      since = now
      (last, lastAt) = (failure, now)
    }
  }
}
