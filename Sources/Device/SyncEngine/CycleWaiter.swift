import SyncCore

/// Somebody who wants to know how a cycle of their own ends: one that has read the library after they asked.
package struct CycleWaiter {
  /// Gets how the cycle ended, and how many changes were set aside in it.
  package typealias Completion = @Sendable (CycleOutcome, _ quarantined: Int) -> Void

  let completion: Completion
  /// The first cycle that is theirs.
  let firstCycle: Int
  /// How often the log had been read when they asked: what is read later shows what they have written.
  let loads: Int
  /// What had been set aside before their cycle.
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
  /// A cycle has ended. Whoever asked in its midst waits for the next one: it is begun at once where this one failed, and
  /// comes by itself where it did not.
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
