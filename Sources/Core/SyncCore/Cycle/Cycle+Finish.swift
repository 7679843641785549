/// The end of a cycle and the rest after it: listening if the hub can wait, otherwise sleeping.
extension Cycle {
  /// Ends the cycle: everything is pushed, and pulled or, while changes are held, counted.
  mutating func finish(_ now: Moment) -> [Effect] {
    if let comparing = nextOwnTask() { return comparing }
    if backoff.attempt > 0 || hold == nil && lastSuccess == nil { since = now }
    var effects = hold == nil ? reportInStep(now) : reportHeld(now)
    backoff.succeeded()
    isTorn = false
    if hold == nil { lastSuccess = now.wall }
    (pushedCount, pulledCount) = (0, 0)
    effects.append(.finished(hold == nil ? .inStep : .held))
    if isDirty {
      isDirty = false
      plan[.debounce] = plan[.debounce] ?? now.boot + rules.debounce
    }
    let next = nextTask()
    effects += next.effects
    guard !next.hasBegun else { return effects }
    effects += rest(now)
    if isTouched {
      isTouched = false
      effects += libraryTouched(now)
    }
    return effects
  }

  /// Listens if the hub can wait, otherwise sleeps until the next periodic check.
  mutating func rest(_ now: Moment) -> [Effect] {
    guard rules.listens, mayRead, case .layer2 = hub else { return sleep(now, atMost: rules.interval) }
    state = .listening
    listeningSince = now.boot
    return [asking(readFrom, waits: true)]
  }

  /// The minimum pause between two long polls if the first ended at once without entries. Without it a hub
  /// that does not wait, or a proxy that answers for it, would be asked in a tight loop.
  static let pollFloor: Duration = .seconds(5)

  /// Whether the hub held the long poll that just ended empty for at least half a second.
  func mayListenAgain(_ now: Moment) -> Bool {
    guard let listeningSince else { return true }
    return now.boot - listeningSince >= .milliseconds(500)
  }

  /// Sleeps until the next periodic check, or for `span` if that is shorter.
  mutating func sleep(_ now: Moment, atMost span: Duration) -> [Effect] {
    state = .resting
    plan[.interval] = now.boot + min(rules.interval, span)
    return []
  }
}
