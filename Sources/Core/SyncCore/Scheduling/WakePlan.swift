/// The reasons to wake up at a given time. One alarm serves them all, set to the earliest; none set, none rings.
package struct WakePlan: Hashable, Sendable {
  /// Why to wake up.
  package enum Reason: Int, Hashable, Sendable, CaseIterable {
    /// Local changes have settled for a moment.
    case debounce
    /// Another look at a library whose files moved without a commit to be seen yet.
    case recheck
    /// The next try after a failure.
    case retry
    /// The next probe of what blocks.
    case probe
    /// The machine woke, or there is another way to the hub: a cycle over new connections.
    case reconnect
    /// The periodic check.
    case interval
    /// A timed pause is over.
    case pauseEnd
  }

  private var times: [Duration?] = Array(repeating: nil, count: Reason.allCases.count)

  /// A plan without a reason to wake.
  package init() {}

  /// When to wake for a reason, on the boot clock; `nil` for never.
  package subscript(_ reason: Reason) -> Duration? {
    get { times[reason.rawValue] }
    set { times[reason.rawValue] = newValue }
  }

  /// The earliest time of all.
  package var next: Duration? { times.compactMap { $0 }.min() }

  /// The earliest time at which a cycle or a probe begins: neither a look at the library nor the end of a pause is an
  /// attempt.
  package var nextAttempt: Duration? {
    [self[.debounce], self[.retry], self[.probe], self[.reconnect], self[.interval]].compactMap { $0 }.min()
  }

  /// The reasons whose time has come; they are taken out of the plan.
  package mutating func removeDue(at now: Duration) -> Set<Reason> {
    var due: Set<Reason> = []
    for reason in Reason.allCases {
      guard let time = times[reason.rawValue], time <= now else { continue }
      due.insert(reason)
      times[reason.rawValue] = nil
    }
    return due
  }
}
