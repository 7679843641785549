import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Another process locks the library for longer than the busy timeout.
  @Suite struct LockedLibraries {
    @Test(arguments: ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"], [true, false])
    func `the daemon continues when the lock is gone, and status says why it waited`(
      _ begin: String, _ isWAL: Bool
    ) throws {
      let stage = try Stage()
      let (device, source) = (try stage.device("locked", .laptop), try stage.device("source", .desktop))
      #expect(try source.sync().code == 0)
      let somebody = try SQLiteConnection(device.library)
      if !isWAL { try somebody.execute("PRAGMA journal_mode = DELETE") }
      device.environment.merge(Stage.impatience) { $1 }
      try somebody.execute(begin)
      let daemon = try device.run()
      let isSaid = try poll(30) {
        let status = try device.status()
        return status.state == "waiting" && status.reason?.contains("locked by another program") == true
      }
      let last = try device.status()
      #expect(isSaid, "\(last.state) \(last.reason ?? "without a reason")")
      try somebody.execute("COMMIT")
      try device.awaitInStep(within: 30)
      try source.run()
      let lines = daemon.errors.split(separator: "\n").count { $0.contains("locked by another program") }
      #expect(lines == 1, "\(daemon.errors)")
      // The journal mode is the application's choice and stays unchanged.
      #expect(
        try value(device.library, "PRAGMA journal_mode") == .text(isWAL ? "wal" : "delete"))
      try stage.expectRest([device, source], typed: TypedRecord(), seed: 0)
    }
  }
}
