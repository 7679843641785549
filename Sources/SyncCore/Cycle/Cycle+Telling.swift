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

  /// One more failure. Where the hub had just come back it is another outage; one that follows at once is of a hub that
  /// answers and fails in turn.
  mutating func countTrouble(_ failure: Failure, _ now: Moment) {
    var present = trouble ?? Trouble(since: now.boot)
    if let over = present.overSince {
      present = Trouble(since: now.boot)
      present.isFlapping = now.boot - over < Self.steadyFor
    }
    present.attempts += 1
    present.hasOnlyHub = present.hasOnlyHub && failure.kind.isOfHub
    trouble = present
  }

  /// How long the hub must have worked before its next failure is an outage that is told from beginning to end.
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
  /// is to catch up with. That it says what it is proves nothing: a hub may do that and fail at everything else. One
  /// that flaps is back when all is in step; until then its outages would be a line each.
  mutating func toldHubWorks(_ now: Moment) -> [Effect] {
    guard let trouble, trouble.overSince == nil, trouble.hasOnlyHub, !trouble.isFlapping else { return [] }
    self.trouble?.overSince = now.boot
    return [.report(.recovered(trouble.outage(until: now)))]
  }

  /// In step: the end of a row of failures, unless it was told, and what was moved.
  mutating func toldInStep(_ now: Moment) -> [Effect] {
    defer { trouble = nil }
    var effects: [Effect] = []
    if let trouble, trouble.overSince == nil {
      effects.append(.report(.recovered(trouble.outage(until: now))))
    }
    guard pushedCount > 0 || pulledCount > 0 || lastSuccess == nil else { return effects }
    return effects + [.report(.inStep(pushed: pushedCount, pulled: pulledCount))]
  }

  /// A row of failures, from the first to the first answer that ends it.
  struct Trouble: Hashable, Sendable {
    /// When it began, by boot time: a suspended machine's outage counts whole.
    let since: Duration
    /// How many failures.
    var attempts = 0
    /// The kinds that people know of.
    var kinds: Set<Failure.Kind> = []
    /// The failure that needs somebody, once they know of it.
    var blocking: Failure?
    /// Nothing but the hub was in the way.
    var hasOnlyHub = true
    /// The hub had only just come back when it began.
    var isFlapping = false
    /// Since when the hub works again; what was missed is still to be caught up with.
    var overSince: Duration?

    init(since: Duration) { self.since = since }

    func outage(until now: Moment) -> Outage {
      Outage(attempts: attempts, lasted: now.boot - since, wasHub: hasOnlyHub)
    }
  }
}
