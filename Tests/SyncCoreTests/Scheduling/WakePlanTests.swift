import SyncCore
import Testing

@Suite struct WakePlanTests {
  @Test func `a read of the library and the end of a pause wake the engine, and are not attempts`() {
    var plan = WakePlan()
    #expect(plan.nextAttempt == nil)
    plan[.recheck] = .seconds(1)
    plan[.pauseEnd] = .seconds(2)
    #expect(plan.next == .seconds(1) && plan.nextAttempt == nil)
    plan[.retry] = .seconds(300)
    #expect(plan.next == .seconds(1) && plan.nextAttempt == .seconds(300))
    // The machine woke: the cycle over new connections comes before the next try would.
    plan[.reconnect] = .seconds(3)
    #expect(plan.nextAttempt == .seconds(3))
  }
}
