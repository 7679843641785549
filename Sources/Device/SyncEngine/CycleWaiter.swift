import SyncCore

/// Waits for the end of a cycle that has read the library after the caller asked.
package struct CycleWaiter {
  /// Receives how the cycle ended, and how many changes were quarantined in it.
  package typealias Completion = @Sendable (CycleOutcome, _ quarantined: Int) -> Void

  let completion: Completion
  /// The first cycle that counts.
  let firstCycle: Int
  /// How often the log had been read when the caller asked. A later read includes what the caller has
  /// written.
  let loads: Int
  /// How many changes had been quarantined before that cycle.
  var setAsideBefore: Int

  init(at engine: isolated Engine, _ completion: @escaping Completion) {
    self.completion = completion
    let cycle = engine.cycle
    let mayStillRead: Bool
    switch cycle.state {
    case .opening, .negotiating: mayStillRead = true
    default: mayStillRead = false
    }
    firstCycle = mayStillRead ? cycle.number : cycle.number + 1
    loads = engine.loads
    setAsideBefore = engine.setAsideCount
  }
}

extension Engine {
  /// Answers the waiters after a cycle. Whoever asked in the middle of it waits for the next one. If this one
  /// failed, the next is triggered at once; otherwise it comes without a trigger.
  func answerWaiters(_ outcome: CycleOutcome) {
    var waiting: [CycleWaiter] = []
    for var waiter in waiters {
      if isTheirs(outcome, waiter) {
        let quarantined = setAsideCount - waiter.setAsideBefore
        answer { waiter.completion(outcome, quarantined) }
      } else {
        waiter.setAsideBefore = setAsideCount
        waiting.append(waiter)
      }
    }
    waiters = waiting
    if !waiting.isEmpty, case .failed = outcome { feed(.triggered) }
  }

  private func isTheirs(_ outcome: CycleOutcome, _ waiter: CycleWaiter) -> Bool {
    switch outcome {
    case .inStep, .held: loads > waiter.loads
    case .failed: cycle.number >= waiter.firstCycle
    case .paused: true
    }
  }
}
