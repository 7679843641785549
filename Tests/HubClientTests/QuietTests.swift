import Foundation
import SyncCore
import Testing

@testable import HubClient

@Suite struct QuietTests {
  @Test func `between requests no timer is armed`() async {
    // In a process of its own, where no other test arms any.
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

  /// What the kernel says of each of this process's timers on `CLOCK_BOOTTIME`; Dispatch's own are on others.
  static func timers() -> [String] {
    let directory = "/proc/self/fdinfo"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.compactMap { try? String(contentsOfFile: directory + "/" + $0, encoding: .utf8) }
      .filter { $0.contains("clockid: 7") }
  }
}
