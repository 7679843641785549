import SampleApplication
import Testing

extension UnderSystemd {
  /// Who may change things through the control socket: the group `mediasync`, as the kernel sees it.
  @Suite struct ControlGroup {
    /// The answer of `mediasyncctl` to a user with their groups from the login.
    private static func ask(_ machine: Machine, _ user: String, _ arguments: String) throws -> (
      code: Int32, output: String
    ) {
      let end = try machine.system.run(
        "setpriv --reuid \(user) --regid \(user) --init-groups mediasyncctl \(arguments) 2>&1")
      return (end.code, end.output)
    }

    @Test func `a member of the group pauses and resumes, and nobody else reaches the socket`() throws {
      let machine = try Machine()
      try machine.startEverything()
      try machine.system.succeed("useradd bob; useradd --groups mediasync carol")
      let paused = try Self.ask(machine, "carol", "pause --for 1h")
      #expect(paused.code == 0, "\(paused)")
      #expect(try machine.system.succeed("mediasyncctl status --json").contains("\"state\":\"paused\""))
      let resumed = try Self.ask(machine, "carol", "resume")
      #expect(resumed.code == 0, "\(resumed)")
      try machine.system.succeed("mediasyncctl wait --timeout 30s")

      // The folder belongs to the group: an outsider cannot even read.
      for verb in ["pause", "status"] {
        let refused = try Self.ask(machine, "bob", verb)
        #expect(refused.code == 77 && refused.output.contains("/run/mediasync/control.sock"), "\(refused)")
      }
      // A new member of the group counts from their next login on; the list of users does not decide.
      try machine.system.succeed("usermod --append --groups mediasync bob")
      let early = try machine.system.run(
        "setpriv --reuid bob --regid bob --clear-groups mediasyncctl pause 2>&1")
      #expect(early.code == 77, "\(early)")
      #expect(try Self.ask(machine, "bob", "trigger").code == 0)

      #expect(try Self.ask(machine, "carol", "log-level info").code == 0)
      let changes = try machine.entries().filter { $0["MEDIASYNC_EVENT"] == "control-change" }
      let carol = try machine.system.succeed("id -u carol")
      #expect(changes.first?["MEDIASYNC_VERB"] == "pause", "\(changes)")
      #expect(changes.first?["MEDIASYNC_PEER_UID"] == carol, "\(changes)")
      #expect(changes.first?["MEDIASYNC_FOR_SECONDS"] == "3600", "\(changes)")
      #expect(changes.last?["MEDIASYNC_VERB"] == "log-level", "\(changes)")
      #expect(changes.last?["MEDIASYNC_LEVEL"] == "info", "\(changes)")
      // The group has no rights on a user's own daemon.
      try machine.install(token: machine.token("alice"), at: "/etc/mediasync/token-alice")
      try machine.system.succeed("systemctl start mediasyncd@alice")
      let other = try Self.ask(machine, "carol", "--socket /run/mediasync@alice/control.sock status")
      #expect(other.code == 77, "\(other)")
    }

    @Test func `if everyone may reach the socket, everyone reads and the group changes`() throws {
      let machine = try Machine()
      try machine.startHub()
      try machine.install(token: machine.token("system"))
      try machine.configure()
      try machine.dropIn(
        "[Service]\nReadWritePaths=/srv/media\nRuntimeDirectoryMode=0755", name: "library")
      try machine.dropIn("[Socket]\nSocketMode=0666", unit: "mediasyncd.socket")
      try machine.system.succeed(
        """
        useradd bob; useradd --groups mediasync carol
        systemctl start mediasyncd.socket mediasyncd; mediasyncctl wait --timeout 30s
        """)
      let mode = "stat -c '%U:%G %a' /run/mediasync /run/mediasync/control.sock"
      #expect(try machine.system.succeed(mode) == "mediasync:mediasync 755\nmediasync:mediasync 666")
      let read = try Self.ask(machine, "bob", "status")
      #expect(read.code == 0 && read.output.hasPrefix("In step"), "\(read)")
      for verb in ["pause", "resume", "trigger", "reload", "log-level debug"] {
        let refused = try Self.ask(machine, "bob", verb)
        #expect(refused.code == 77, "\(refused)")
        #expect(refused.output.contains("members of the group mediasync may change things"), "\(refused)")
      }
      #expect(try machine.system.succeed("mediasyncctl status --json").contains("\"state\":\"in-sync\""))
      #expect(try Self.ask(machine, "carol", "pause").code == 0)
      #expect(try Self.ask(machine, "carol", "resume").code == 0)
      let refusals = try machine.entries().filter { $0["MEDIASYNC_EVENT"] == "control-refused" }
      // At most one line a minute, however many requests come.
      #expect(refusals.count == 1, "\(refusals)")
      #expect(try refusals.first?["MEDIASYNC_PEER_UID"] == machine.system.succeed("id -u bob"))
    }
  }
}
