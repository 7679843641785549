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

  /// In step: after a row of failures how long that was.
  mutating func toldInStep(_ now: Moment) -> [Effect] {
    let attempts = backoff.attempt
    defer { trouble = nil }
    if attempts > 0, let trouble {
      return [
        .report(
          .recovered(
            pushed: pushedCount, pulled: pulledCount, attempts: attempts, after: now.boot - trouble.since))
      ]
    }
    guard pushedCount > 0 || pulledCount > 0 || lastSuccess == nil else { return [] }
    return [.report(.inStep(pushed: pushedCount, pulled: pulledCount))]
  }

  /// A row of failures, from the first to the next success.
  struct Trouble: Hashable, Sendable {
    /// When it began, by boot time: a suspended machine's outage counts whole.
    let since: Duration
    /// The kinds that people know of.
    var kinds: Set<Failure.Kind> = []
    /// The failure that needs somebody, once they know of it.
    var blocking: Failure?

    init(since: Duration) { self.since = since }
  }
}
