import ControlProtocol
import Testing

@Suite struct StatusTextTests {
  // 2026-11-24T05:22:34.000Z
  private let now: Int64 = 1_795_497_754_000

  private func status(_ state: Status.State, _ change: (inout Status) -> Void = { _ in }) -> Status {
    var status = Status(state: state, database: "/l.db", version: "1")
    status.since = "2026-11-24T05:22:34.123Z"
    change(&status)
    return status
  }

  @Test func `waiting shows the reason, the number of tries, the next try and the queue`() {
    let text = StatusText.firstLine(
      status(.waiting) {
        $0.reason = "hub unreachable (connection refused)"
        $0.attempt = 4
        $0.nextAttempt = "2026-11-24T05:23:15.500Z"
        $0.pendingLocal = 3
      }, now: now)
    #expect(
      text
        == "Waiting: hub unreachable (connection refused), attempt 4, next try in 41s, 3 changes queued")
  }

  @Test func `the status line for systemd uses times of day, which do not go stale`() {
    let waiting = status(.waiting) {
      $0.attempt = 4
      $0.nextAttempt = "2026-11-24T05:23:15.500Z"
    }
    #expect(
      StatusText.serviceLine(waiting) { "\($0 - now) ms" }
        == "Waiting: for the next cycle, attempt 4, next try at 41500 ms")
    let paused = status(.paused) { $0.pauseUntil = "2026-11-24T07:22:33.000Z" }
    #expect(StatusText.serviceLine(paused) { "\($0 - now) ms" } == "Paused until 7199000 ms")
    #expect(StatusText.serviceLine(waiting).firstMatch(of: /at (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d$/) != nil)
  }

  @Test func `each state has its line`() {
    #expect(StatusText.firstLine(status(.inSync), now: now) == "In step since 2026-11-24 05:22:34Z")
    #expect(
      StatusText.firstLine(
        status(.syncing) {
          $0.pulledCursor = 50
          $0.hubHead = 13_000
          $0.pendingLocal = 1
        }, now: now) == "Syncing since 2026-11-24 05:22:34Z, at 50 of 13000, 1 change queued")
    #expect(
      StatusText.firstLine(status(.paused), now: now) == "Paused since 2026-11-24 05:22:34Z, until resumed")
    #expect(
      StatusText.firstLine(status(.paused) { $0.pauseUntil = "2026-11-24T07:22:33.000Z" }, now: now)
        == "Paused until 2026-11-24 07:22:33Z, 1h59m left")
    #expect(
      StatusText.firstLine(status(.blocked) { $0.reason = "the hub refuses the token" }, now: now)
        == "Blocked since 2026-11-24 05:22:34Z: the hub refuses the token")
    #expect(
      StatusText.firstLine(status(.waiting) { $0.nextAttempt = "2026-11-24T05:22:34Z" }, now: now)
        == "Waiting: for the next cycle, next try now")
  }

  @Test func `the other lines show library, hub, position and quarantined rows`() {
    let lines = StatusText.lines(
      status(.waiting) {
        $0.deviceID = "d1"
        $0.hubURL = "http://hub/sync"
        $0.hubProtocol = "layer-2"
        $0.quarantined = 1
        $0.conflicts = 2
        $0.lastSuccess = "2026-11-24T05:00:00.000Z"
      }, now: now)
    #expect(
      lines.dropFirst() == [
        "Library    /l.db (device d1)", "Hub        http://hub/sync (layer-2)", "Position   0 of unknown",
        "In step    last at 2026-11-24 05:00:00Z", "Records    1 quarantined, 2 conflict records",
      ])
  }

  @Test(arguments: [
    ("250ms", Duration.milliseconds(250)), ("30s", .seconds(30)), ("2h", .seconds(7200)),
    ("1h30m", .seconds(5400)), ("7d", .seconds(604_800)), ("1m5ms", .milliseconds(60_005)), ("0", .zero),
    ("90s", .seconds(90)),
  ])
  func `a duration is parsed from everyday form`(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
    #expect(DurationText.parse(DurationText.text(duration)) == duration)
  }

  @Test(arguments: [
    "", "s", "30", "-1s", "1s1h", "1s1s", "1.5s", "1 s", "1w", "99999999999999999999s", "36526d",
  ])
  func `an invalid duration is refused`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }
}
