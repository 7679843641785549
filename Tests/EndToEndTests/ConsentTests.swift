import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Destructive verbs first say what they will do.
  @Suite struct Consent {
    private let stage: Stage
    private let device: DaemonProcess

    /// Makes a device with two quarantined entries.
    init() throws {
      stage = try Stage()
      device = try stage.device("one")
      let application = try SampleLibrary(device.library, client: "app-one", seed: 1)
      try application.connection.run(
        """
        INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
        VALUES ('Media', 'm', 'update', '2026-11-25T04:00:00.000Z', x'00', 2, '{}'),
          ('Podcasts', 'p', 'create', '2026-11-25T04:00:00.000Z', 'app-one', 1, '{}')
        """)
      try device.run()
      let isSetAside = try poll(20) { try device.status().quarantined == 2 }
      try #require(isSetAside)
    }

    @Test func `a dry run says what it would do, and does nothing`() throws {
      let all = try device.control("quarantine", "drop", "--all", "--dry-run")
      #expect(
        all.code == 0 && all.output.contains("deletes 2 quarantined entries"), "\(all.output) \(all.errors)"
      )
      let some = try device.control("quarantine", "drop", "--entity", "Podcasts", "--dry-run", "--json")
      #expect(some.output.contains(#""count":1,"dry_run":true"#), "\(some.output) \(some.errors)")
      #expect(
        try device.control("conflicts", "dismiss", "--all", "--dry-run").output.contains("deletes 0 conflict")
      )
      let resync = try device.control("resync", "--dry-run")
      #expect(resync.code == 0 && resync.output.contains("0 differ"), "\(resync.output) \(resync.errors)")
      let repair = try device.control("verify", "--repair", "--dry-run")
      #expect(
        repair.code == 0 && repair.output.contains("fetches 0 rows"), "\(repair.output) \(repair.errors)")
      #expect(try device.status().quarantined == 2)
      #expect(try device.control("verify", "--dry-run").code == 64, "it changes nothing anyway")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "needs script(1)"))
    func `on a terminal the tool asks, and only yes confirms`() throws {
      for answer in ["n", "", "later"] {
        let said = try onTerminal(answer, "quarantine", "drop", "--all")
        #expect(said.code == 1 && said.output.contains("Continue? [y/N]"), "\(said.output)")
        #expect(said.output.contains("deletes 2 quarantined entries"))
        #expect(said.output.contains("Nothing was done."))
        #expect(try device.status().quarantined == 2)
      }
      let said = try onTerminal("y", "quarantine", "drop", "--entity", "Podcasts")
      #expect(said.code == 0, "\(said.output)")
      #expect(said.output.contains("deletes 1 quarantined entry of Podcasts"), "\(said.output)")
      #expect(try device.status().quarantined == 1)
      let unasked = try onTerminal("n", "quarantine", "drop", "--all", "--yes")
      #expect(unasked.code == 0 && !unasked.output.contains("Continue?"), "\(unasked.output)")
      #expect(try device.status().quarantined == 0)
    }

    @Test func `the tool never asks a script`() throws {
      #expect(try device.control("quarantine", "drop", "--all").code == 0)
      #expect(try device.status().quarantined == 0)
    }

    /// Runs the control tool on its own terminal, where somebody types a line.
    private func onTerminal(_ answer: String, _ arguments: String...) throws -> ProgramEnd {
      let command = ([Stage.programs + "/mediasyncctl", "--socket", device.socket] + arguments)
        .map { "'\($0)'" }.joined(separator: " ")
      return try RunningProgram(
        "/bin/sh",
        ["-c", "(sleep 1; printf '%s\\n' '\(answer)'; sleep 1) | script -qec \"$0\" /dev/null", command],
        directory: device.directory
      ).end(within: 30)
    }
  }
}
