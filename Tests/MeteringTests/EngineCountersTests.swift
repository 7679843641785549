import Metering
import SyncCore
import Testing

@Suite struct EngineCountersTests {
  @Test func `the effects of a push and a page are counted once`() {
    var counters = EngineCounters()
    var settlement = PushResult()
    (settlement.accepted, settlement.conflicts, settlement.quarantined) = (3, 2, 1)
    var applied = PageResult()
    (applied.applied, applied.conflicts, applied.quarantined, applied.skipped) = (5, 1, 4, 7)
    counters.count(.pushCompleted(settlement))
    counters.count(.applied(applied))
    counters.count(.loaded(isEmpty: false, nothingToSend: false, count: 3, last: ChangeID(rawValue: 3)))
    #expect((counters.pushed, counters.pulled, counters.conflicts) == (3, 5, 3))
    #expect((counters.quarantinedPushes, counters.quarantinedPulls) == (1, 4))
  }

  @Test func `every failure counts under its kind, even if it is not logged`() {
    var counters = EngineCounters()
    for _ in 0..<3 { counters.count(.failed(Failure(.unreachable, "no way"))) }
    counters.count(.failed(Failure(.credentials, "no")))
    #expect(counters.failures == [.unreachable: 3, .credentials: 1])
  }

  @Test func `a cycle counts by its outcome, and a pause does not count as a cycle's duration`() {
    var counters = EngineCounters()
    let failure = Failure(.hubBusy, "later")
    counters.count(.inStep, took: .milliseconds(80))
    counters.count(.failed(failure, blocked: false), took: .seconds(2))
    counters.count(.failed(failure, blocked: true), took: .seconds(2))
    counters.count(.paused, took: .seconds(9))
    counters.count(.paused, took: nil)
    #expect(counters.cycles == [.inStep: 1, .failed: 1, .blocked: 1, .paused: 1])
    #expect(counters.cycleDurations.count == 3)
    #expect(abs(counters.cycleDurations.sum - 4.08) < 1e-9)
  }

  @Test func `a request counts under its endpoint, a long poll separately`() throws {
    var traffic = TrafficCounters()
    let push = HubRequest(method: .post, path: "/send", body: [1, 2, 3])
    let poll = HubRequest(method: .get, path: "/get", wait: .seconds(30))
    traffic.count(push, received: 10, took: .milliseconds(7))
    traffic.count(push, received: nil, took: .seconds(45))
    traffic.count(poll, received: 2, took: .seconds(30))
    traffic.count(HubRequest(method: .get, path: "/get"), received: 0, took: .milliseconds(1))
    #expect((traffic.sentBytes, traffic.receivedBytes) == (6, 12))
    #expect((traffic.longPolls, traffic.unanswered) == (1, 1))
    #expect(traffic.durations[.send]?.count == 1)
    #expect(traffic.durations[.get]?.count == 1)
  }
}

@Suite struct HistogramTests {
  @Test func `a duration falls in the first bucket with a bound that is not smaller`() {
    var histogram = Histogram(bounds: [0.1, 1])
    for milliseconds in [0, 100, 101, 1000, 1001] { histogram.observe(.milliseconds(milliseconds)) }
    #expect(histogram.counts == [2, 2, 1])
    #expect(histogram.count == 5)
  }

  @Test func `a clock that went back counts as zero duration`() {
    var histogram = Histogram(bounds: [1])
    histogram.observe(.seconds(-5))
    #expect(histogram.counts == [1, 0])
    #expect(histogram.sum == 0)
  }

  @Test func `bounds that do not ascend are a programming error`() async {
    await #expect(processExitsWith: .failure) { _ = Histogram(bounds: [1, 1]) }
  }
}
