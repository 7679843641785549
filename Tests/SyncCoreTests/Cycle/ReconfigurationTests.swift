import Testing

@testable import SyncCore

/// The rules change while the cycle runs.
@Suite struct ReconfigurationTests {
  private static func rules(interval: Duration, changes: Int = 100) -> Cycle.Rules {
    Cycle.Rules(
      batch: BatchLimits(changes: changes, bytes: 10_000), debounce: .milliseconds(250), interval: interval,
      listens: false)
  }

  private func rested() -> CycleScript {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    return script
  }

  @Test func `new rules apply at rest from the next triggered cycle on`() {
    var script = rested()
    #expect(script.cycle.state == .resting)
    script.cycle.reconfigure(
      rules: Self.rules(interval: .seconds(5), changes: 7),
      backoff: Backoff(initial: .seconds(2), limit: .seconds(4)), isAnotherHub: false)
    #expect(script.feed(.triggered) == [.load(BatchLimits(changes: 7, bytes: 10_000))])
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.state == .resting)
    #expect(script.cycle.plan[.interval] == script.boot + .seconds(5))
  }

  @Test func `another hub is asked for its capabilities before it gets anything`() {
    var script = rested()
    script.cycle.reconfigure(
      rules: Self.rules(interval: .seconds(60)),
      backoff: Backoff(initial: .seconds(1), limit: .seconds(900)), isAnotherHub: true)
    #expect(script.feed(.triggered) == [.negotiate])
  }

  @Test func `counters stay when the bounds of the waits change`() {
    var backoff = Backoff(initial: .seconds(1), limit: .seconds(900))
    for _ in 0..<5 { _ = backoff.failed(random: 0.5) }
    backoff.rebound(to: Backoff(initial: .seconds(1), limit: .seconds(2)))
    #expect(backoff.attempt == 5)
    #expect(backoff.failed(random: 0.999) < .seconds(2))
  }
}
