import NIOCore
import Testing

@testable import HubServer

/// The time limits of a client, in virtual time.
struct ConnectionTimeoutsTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
  private let limits = ConnectionTimeouts.Limits()

  private func after(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

  /// A request whose body the hub waits for, `seconds` after the start.
  private func receiving(at seconds: Int64 = 0) -> ConnectionTimeouts {
    var pace = ConnectionTimeouts(limits, now: start)
    pace.head(now: after(seconds))
    pace.ask(now: after(seconds))
    return pace
  }

  @Test func `an incomplete first request head ends the connection`() {
    var pace = ConnectionTimeouts(limits, now: start)
    #expect(pace.look(now: after(19)) == .wait(until: after(20)))
    #expect(pace.look(now: after(20)) == .close)
  }

  @Test func `a body that is too slow is cut off, and one with enough progress is not`() {
    var slow = receiving()
    var steady = receiving()
    for second in Int64(1)...59 {
      slow.body(bytes: 1, now: after(second))
      slow.ask(now: after(second))
      steady.body(bytes: 1024, now: after(second))
      steady.ask(now: after(second))
    }
    #expect(slow.look(now: after(60)) == .close)
    #expect(steady.look(now: after(60)) == .wait(until: after(120)))
    #expect(steady.look(now: after(120)) == .close, "nothing came in the second minute")
  }

  @Test func `a body has a deadline, however steadily it comes`() {
    var pace = receiving()
    for second in Int64(1)..<1800 {
      pace.body(bytes: 1 << 20, now: after(second))
      pace.ask(now: after(second))
      #expect(pace.look(now: after(second)) != .close)
    }
    #expect(pace.look(now: after(1800)) == .close)
  }

  @Test func `time that the hub spends does not count against the client`() {
    var pace = receiving()
    pace.body(bytes: 10, now: after(10))
    #expect(pace.look(now: after(5000)) == .rest)
    pace.ask(now: after(5000))
    #expect(pace.look(now: after(5000)) == .wait(until: after(5050)))
    #expect(pace.look(now: after(5050)) == .close)
  }

  @Test func `a parked poll needs no timer`() {
    var pace = receiving()
    pace.end(now: after(1))
    #expect(pace.look(now: after(1)) == .rest)
    #expect(pace.look(now: after(100_000)) == .rest)
    pace.replied(now: after(100_000))
    #expect(pace.look(now: after(100_000)) == .wait(until: after(100_120)))
    #expect(pace.look(now: after(100_120)) == .close)
  }

  @Test func `a reply that nobody reads is cut off, and one that is read slowly is not`() {
    var unread = receiving()
    unread.end(now: start)
    unread.wrote(bytes: 1 << 20, now: start)
    #expect(unread.look(now: after(1)) == .wait(until: after(60)))
    #expect(unread.look(now: after(60)) == .close)
    var slow = receiving()
    slow.end(now: start)
    slow.wrote(bytes: 1 << 20, now: start)
    for minute in Int64(1)...30 {
      slow.sent(bytes: 32 << 10)
      #expect(slow.look(now: after(60 * minute)) == .wait(until: after(60 * minute + 60)))
    }
  }

  @Test func `data after the answer is accepted for a few seconds`() {
    var pace = receiving()
    pace.replied(now: after(3))
    #expect(pace.look(now: after(3)) == .wait(until: after(8)))
    #expect(pace.look(now: after(8)) == .close)
  }

  @Test func `pipelined requests are all answered`() {
    var pace = receiving()
    pace.end(now: start)
    pace.head(now: start)
    pace.ask(now: start)
    pace.end(now: start)
    pace.replied(now: after(500))
    #expect(pace.look(now: after(5000)) == .rest, "the second one is the hub's to answer")
    pace.replied(now: after(5000))
    #expect(pace.look(now: after(5000)) == .wait(until: after(5120)))
  }
}
