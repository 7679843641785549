/// The end of a cycle, and the rest behind it: listening where the hub can wait, else sleeping.
extension Cycle {
  /// Everything is pushed, and pulled or, while changes are held, counted.
  mutating func finish(_ now: Moment) -> [Effect] {
    if let comparing = nextOwnErrand() { return comparing }
    if backoff.attempt > 0 || hold == nil && lastSuccess == nil { since = now }
    var effects = hold == nil ? toldInStep(now) : toldHeld(now)
    backoff.succeeded()
    isTorn = false
    if hold == nil { lastSuccess = now.wall }
    (pushedCount, pulledCount) = (0, 0)
    effects.append(.finished(hold == nil ? .inStep : .held))
    if isDirty {
      isDirty = false
      plan[.debounce] = plan[.debounce] ?? now.boot + rules.debounce
    }
    let next = nextErrand()
    effects += next.effects
    guard !next.hasBegun else { return effects }
    effects += rest(now)
    if isStirred {
      isStirred = false
      effects += libraryStirred(now)
    }
    return effects
  }

  /// Listens where the hub can wait, else sleeps until the next periodic check.
  mutating func rest(_ now: Moment) -> [Effect] {
    guard rules.listens, mayRead, case .layer2 = hub else { return sleep(now, atMost: rules.interval) }
    state = .listening
    listeningSince = now.boot
    return [asking(readFrom, waits: true)]
  }

  /// The least time from one long poll to the next where nothing came: a hub that does not wait, or a proxy that
  /// answers for it, is not asked without a pause.
  static let pollFloor: Duration = .seconds(5)

  /// Whether the long poll that just ended empty was held back at all.
  func mayListenAgain(_ now: Moment) -> Bool {
    guard let listeningSince else { return true }
    return now.boot - listeningSince >= .milliseconds(500)
  }

  /// Sleeps until the next periodic check.
  mutating func sleep(_ now: Moment, atMost span: Duration) -> [Effect] {
    state = .resting
    plan[.interval] = now.boot + min(rules.interval, span)
    return []
  }
}
