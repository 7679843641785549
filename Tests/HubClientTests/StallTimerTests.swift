import SyncCore
import Testing

@testable import HubClient

@Suite struct StallTimerTests {
  private typealias Reading = StallTimer.Reading

  /// Checks whenever a check is due, up to a time; returns when the request was aborted, and why.
  private func play(
    _ watch: inout StallTimer, until end: Duration, _ look: (Duration) -> Reading
  ) -> (at: Duration, end: StallTimer.End)? {
    while watch.nextLook <= end {
      let now = watch.nextLook
      if let why = watch.look(look(now), at: now) { return (now, why) }
    }
    return nil
  }

  @Test func `a request that makes progress may take any time`() {
    var watch = StallTimer(limit: .seconds(45), wait: .zero, at: .zero)
    // 6 MB upstream at 1 Mbit/s, and a gigabyte downstream at 64 kbit/s.
    #expect(play(&watch, until: .seconds(48)) { Reading(sent: $0.components.seconds * 125_000) } == nil)
    let down = play(&watch, until: .seconds(130_000)) {
      Reading(sent: 6_000_000, received: $0.components.seconds * 8000)
    }
    #expect(down == nil)
  }

  @Test func `a request without progress is aborted, however much it moved before`() throws {
    var watch = StallTimer(limit: .seconds(45), wait: .zero, at: .zero)
    let end = try #require(
      play(&watch, until: .seconds(1000)) {
        Reading(sent: 0, received: min($0.components.seconds, 100) * 9000)
      })
    #expect(end.end == .stalled(after: .seconds(45)))
    #expect(end.at >= .seconds(145) && end.at <= .seconds(160))
  }

  @Test func `an occasional byte is not progress`() throws {
    var watch = StallTimer(limit: .seconds(45), wait: .zero, at: .zero)
    let end = try #require(
      play(&watch, until: .seconds(1000)) { Reading(received: $0.components.seconds / 5) })
    #expect(end.end == .tooSlow && end.at <= .seconds(60))
  }

  @Test func `a busy hub has the whole idle timeout, and does not count as slow`() throws {
    var watch = StallTimer(limit: .seconds(40), wait: .zero, at: .zero)
    // Sent in ten seconds; answered within another forty.
    let answered = play(&watch, until: .seconds(100)) { now in
      now < .seconds(10)
        ? Reading(sent: 1000)
        : now < .seconds(45)
          ? Reading(sent: 90_000, isAwaited: true) : Reading(sent: 90_000, received: 20_000)
    }
    #expect(answered?.end == .stalled(after: .seconds(40)))
    watch = StallTimer(limit: .seconds(40), wait: .zero, at: .zero)
    let silent = try #require(
      play(&watch, until: .seconds(100)) { Reading(sent: $0 < .seconds(5) ? 0 : 10, isAwaited: true) })
    #expect(silent.end == .silent(after: .seconds(40)) && silent.at <= .seconds(51))
  }

  @Test func `a long poll is checked once, at its deadline`() {
    var watch = StallTimer(limit: .seconds(45), wait: .seconds(55), at: .zero)
    #expect(watch.nextLook == .seconds(100))
    #expect(watch.look(Reading(isAwaited: true), at: .seconds(100)) == .silent(after: .seconds(100)))
    // Once it has begun, its answer must continue.
    watch = StallTimer(limit: .seconds(40), wait: .seconds(55), at: .zero)
    watch.answerBegan(at: .seconds(30))
    #expect(watch.nextLook == .seconds(40))
    #expect(
      play(&watch, until: .seconds(200)) { _ in Reading(received: 500) }?.end == .tooSlow)
  }
}
