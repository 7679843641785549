import Foundation
import SampleApplication
import Testing
import ThrowawaySystem

extension UnderSystemd {
  /// `mediasyncctl doctor` with access to systemd.
  @Suite struct Doctor {
    @Test func `the doctor sees the unit, its sandbox and its credential, before the daemon runs and after`()
      throws
    {
      let machine = try Machine()
      try machine.startHub()
      try machine.install(token: machine.token("system"))
      try machine.configure()
      let before = try Report(machine.system.run("mediasyncctl doctor --json"))
      for code in ["unit-inactive", "unit-hides-library", "daemon-silent"] {
        #expect(before.verdict(code) == "wrong", "\(code): \(before)")
      }
      #expect(before.verdict("unit-disabled") == "note" && before.verdict("library-never-synced") == "note")
      // The check uses the rights of the daemon's user and the token that systemd would pass to it.
      #expect(before.checks.contains { $0.subject == "credential" && $0.verdict == "ok" }, "\(before)")
      try machine.system.succeed("chown root:root /srv/media; chmod 755 /srv/media")
      let closed = try Report(machine.system.run("mediasyncctl doctor --json"))
      #expect(closed.verdict("library-unusable") == "wrong", "\(closed)")
      try machine.system.succeed("chown mediasync:mediasync /srv/media")

      try machine.startEverything()
      try machine.system.succeed("systemctl enable mediasyncd")
      let end = try machine.system.run("mediasyncctl doctor --json")
      let after = try Report(end)
      #expect(end.code == 0 && !after.checks.contains { $0.verdict == "wrong" }, "\(after)")
      for subject in ["unit", "sandbox", "daemon", "credential", "inotify", "clock"] {
        #expect(after.checks.contains { $0.subject == subject && $0.verdict == "ok" }, "\(subject): \(after)")
      }

      try machine.configure("[sync]\ninterval = \"never\"")
      try machine.system.run("systemctl restart mediasyncd")
      #expect(try machine.system.await("systemctl is-failed mediasyncd"))
      let failed = try Report(machine.system.run("mediasyncctl doctor --json"))
      #expect(
        failed.verdict("unit-failed") == "wrong" && failed.verdict("configuration-invalid") == "wrong",
        "\(failed)")
    }

    private struct Report: Decodable {
      struct Check: Decodable { let subject, verdict, found: String, code: String? }

      let checks: [Check]

      init(_ end: ProgramEnd) throws {
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(end.output.utf8)) else {
          throw ProgramFailure("\(end)")
        }
        self = report
      }

      func verdict(_ code: String) -> String? { checks.first { $0.code == code }?.verdict }
    }
  }
}
