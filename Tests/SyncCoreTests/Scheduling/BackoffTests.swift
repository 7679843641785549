import SyncCore
import Testing

@Suite struct BackoffTests {
  @Test func `the bound doubles up to its limit`() {
    var backoff = Backoff(initial: .seconds(1), limit: .seconds(10))
    let waits = (0..<6).map { _ in backoff.failed(random: 0.999_999) }
    #expect(waits.map { ($0.wholeMilliseconds + 999) / 1000 } == [1, 2, 4, 8, 10, 10])
  }

  @Test(arguments: [0.0, 0.25, 0.999])
  func `the jitter is full: from zero to the bound`(random: Double) {
    var backoff = Backoff(initial: .seconds(8), limit: .seconds(8))
    #expect(backoff.failed(random: random) == .milliseconds(max(1, Int64(8000 * random))))
  }

  @Test func `the wait is at least what the server asks for`() {
    var backoff = Backoff(initial: .seconds(1), limit: .seconds(2))
    let wait = backoff.failed(random: 0.5, floor: .seconds(120))
    #expect(wait >= .seconds(120) && wait <= .seconds(121))
  }

  @Test func `a success resets the backoff`() {
    var backoff = Backoff(initial: .seconds(1), limit: .seconds(100))
    for _ in 0..<5 { _ = backoff.failed(random: 0.5) }
    backoff.succeeded()
    #expect(backoff.attempt == 0)
    #expect(backoff.failed(random: 0.5) == .milliseconds(500))
  }

  @Test func `waits may grow again from a given start, and the failures still count`() {
    var backoff = Backoff(initial: .seconds(1), limit: .seconds(100))
    for _ in 0..<9 { _ = backoff.failed(random: 0) }
    backoff.shorten(toDoublings: 3)
    #expect([0, 0].map { _ in backoff.failed(random: 0.5) } == [.seconds(4), .seconds(8)])
    backoff.shorten()
    #expect(backoff.failed(random: 0.5) == .milliseconds(500))
    #expect(backoff.attempt == 12)
    backoff.shorten(toDoublings: 20)
    #expect(backoff.failed(random: 0.5) == .seconds(1), "never longer than it was")
  }

  @Test func `the wait is shorter while edits are unsent`() {
    var backoff = Backoff(initial: .seconds(1), limit: .seconds(300), limitWithEdits: .seconds(60))
    for _ in 0..<20 { _ = backoff.failed(random: 0, hasEdits: true) }
    #expect(backoff.failed(random: 0.5, hasEdits: true) == .seconds(30))
    #expect(backoff.failed(random: 0.5) == .seconds(150))
  }
}
