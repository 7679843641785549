import Foundation
import SyncCore
import Testing

@testable import HubClient

@Suite struct QuietTests {
  @Test func `between requests no timer is armed`() async {
    // In a separate process, where no other test arms a timer.
    await #expect(processExitsWith: .success) {
      let server = TestServer { _ in .reply("200 OK") }
      let caller = try Caller(server)
      for _ in 0..<3 { #expect(await caller.get().response?.status == 200) }
      caller.loop.queue.sync {}
      let timers = Self.timers()
      #expect(!timers.isEmpty)
      #expect(timers.allSatisfy { $0.contains("it_value: (0, 0)") })
    }
  }

  @Test func `a request that timed out or failed leaves no timer behind`() async {
    await #expect(processExitsWith: .success) {
      let server = TestServer { _ in .keepSilent }
      let caller = try Caller(server) { $0.requestTimeout = .milliseconds(100) }
      #expect(await caller.get().error == .timedOut(after: .milliseconds(100)))
      // No route leads there: the connection fails at once.
      let lost = try Caller(.init(baseURL: "http://255.255.255.255:81/sync"))
      #expect(await lost.get().error != nil)
      // A repeating timer is also disarmed for a moment: check many times.
      for _ in 0..<50 {
        for loop in [caller.loop, lost.loop] { loop.queue.sync {} }
        #expect(Self.timers().allSatisfy { $0.contains("it_value: (0, 0)") && $0.contains("ticks: 0") })
      }
      let before = clock()
      try await Task.sleep(for: .milliseconds(300))
      #expect(clock() - before < 100_000, "a third of the time, in microseconds of processor time")
    }
  }

  /// The kernel's report on each of this process's timers on `CLOCK_BOOTTIME`; Dispatch's own are on other
  /// clocks.
  static func timers() -> [String] {
    let directory = "/proc/self/fdinfo"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.compactMap { try? String(contentsOfFile: directory + "/" + $0, encoding: .utf8) }
      .filter { $0.contains("clockid: 7") }
  }
}
