import SampleApplication
import Testing

extension UnderSystemd {
  /// `mediasyncd.socket`.
  @Suite struct Activation {
    @Test func `the first caller starts the daemon, and none is turned away during a restart`() throws {
      let machine = try Machine()
      try machine.startHub()
      try machine.install(token: machine.token("system"))
      try machine.configure()
      try machine.dropIn("[Service]\nReadWritePaths=/srv/media", name: "library")
      try machine.system.succeed("systemctl start mediasyncd.socket")
      #expect(try machine.property("ActiveState") == "inactive")
      let mode = "stat -c '%U:%G %a' /run/mediasync /run/mediasync/control.sock"
      #expect(try machine.system.succeed(mode) == "mediasync:mediasync 750\nmediasync:mediasync 660")
      try machine.system.succeed("mediasyncctl wait --timeout 30s")
      #expect(try machine.property("ActiveState") == "active")
      // A restart closes the daemon's descriptor, not the socket: a call in between waits.
      let restarted = try machine.system.run(
        """
        systemctl restart --no-block mediasyncd
        for i in {1..20}; do mediasyncctl status >/dev/null || exit 1; done
        """)
      #expect(restarted.code == 0, "\(restarted)")
      try machine.system.succeed("systemctl stop mediasyncd")
      #expect(try machine.system.succeed(mode).hasSuffix("660"))
      // It answers before it is ready: `wait` ends when it is.
      try machine.system.succeed("mediasyncctl status")
      try machine.system.succeed("mediasyncctl wait --timeout 30s")
      #expect(try machine.property("ActiveState") == "active")
      #expect(try machine.entries().allSatisfy { $0["MEDIASYNC_EVENT"] != "socket-passed" })
      try machine.system.succeed("systemctl stop mediasyncd.socket mediasyncd")
      #expect(try machine.system.run("mediasyncctl status").code == 69)
    }

    @Test func `without the socket unit the daemon creates the socket, and removes it`() throws {
      let machine = try Machine()
      try machine.startEverything()
      let mode = "stat -c '%U:%G %a' /run/mediasync /run/mediasync/control.sock"
      #expect(try machine.system.succeed(mode) == "mediasync:mediasync 750\nmediasync:mediasync 660")
      try machine.system.succeed("systemctl stop mediasyncd")
      #expect(try machine.system.succeed("ls -A /run/mediasync") == "")
    }
  }
}
