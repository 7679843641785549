import Foundation
import SampleApplication
import Testing

/// A minute of a real daemon at rest, under strace (promise 7). It is outside the serial suite of the other
/// end-to-end tests, so that it runs in parallel with them.
@Suite struct QuietTests {
  @Test(.enabled(if: RestTrace.works, "needs strace"))
  func `a daemon at rest writes nothing, and wakes at most three times a minute, each for a reason`()
    throws
  {
    let stage = try Stage()
    let device = try stage.device("quiet", .laptop)
    // Outside the library's folder, which the daemon watches: otherwise the trace would wake the process that
    // it traces.
    let trace = stage.directory + "/trace"
    device.wrapper = RestTrace.command(into: trace)
    // As in the shipped units: systemd's watchdog is on, and gets its notifications in time.
    let systemd = try NotifyListener(stage.directory + "/notify")
    device.environment["NOTIFY_SOCKET"] = stage.directory + "/notify"
    device.environment["WATCHDOG_USEC"] = "180000000"
    try device.run()
    try device.awaitInStep()
    // Dispatch ends an idle thread after five seconds.
    try #require(RestTrace.awaitSilence(trace, of: 8))
    let start = RestTrace.size(trace)
    let fed = systemd.messages.count { $0 == "WATCHDOG=1" }
    sleep(60)
    let minute = try RestTrace(trace, from: start)
    let fedNow = systemd.messages.count { $0 == "WATCHDOG=1" }
    #expect(fedNow == fed + 1, "along with the poll: \(systemd.messages)")
    #expect(minute.writes == [])
    #expect(minute.wakeUps.count <= 3, "\(minute.wakeUps.map(\.calls))")
    #expect(minute.wakeUps.contains { $0.isTraffic }, "the long poll is renewed: strace has seen it")
    let idle = minute.wakeUps.filter { !$0.isTraffic && !$0.endsThread }
    #expect(idle.isEmpty, "woke for nothing: \(idle.map(\.calls))")
    #expect(try device.status().state == "in-sync")
    try device.stop()
  }
}
