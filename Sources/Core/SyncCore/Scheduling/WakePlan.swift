/// The reasons to wake up at a given time. One alarm serves all of them and is set to the earliest. If no
/// reason is set, there is no alarm.
package struct WakePlan: Hashable, Sendable {
  /// Why to wake up.
  package enum Reason: Int, Hashable, Sendable, CaseIterable {
    /// Local changes have settled.
    case debounce
    /// Check again a library whose files moved without a visible commit.
    case recheck
    /// The next try after a failure.
    case retry
    /// The next probe of a blocked cycle.
    case probe
    /// The machine woke, or the route to the hub changed: a cycle over new connections.
    case reconnect
    /// The periodic check.
    case interval
    /// A timed pause ends.
    case pauseEnd
  }

  private var times: [Duration?] = Array(repeating: nil, count: Reason.allCases.count)

  /// Starts without a reason to wake.
  package init() {}

  /// When to wake for a reason, on the boot clock; `nil` for never.
  package subscript(_ reason: Reason) -> Duration? {
    get { times[reason.rawValue] }
    set { times[reason.rawValue] = newValue }
  }

  /// The earliest time of all reasons.
  package var next: Duration? { times.compactMap { $0 }.min() }

  /// The earliest time at which a cycle or a probe begins. A check of the library and the end of a pause are
  /// no attempts.
  package var nextAttempt: Duration? {
    [self[.debounce], self[.retry], self[.probe], self[.reconnect], self[.interval]].compactMap { $0 }.min()
  }

  /// Removes the reasons that are due from the plan and returns them.
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
