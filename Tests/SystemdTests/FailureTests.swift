import SampleApplication
import Testing

extension UnderSystemd {
  /// What systemd learns when the daemon cannot start, and how it reacts.
  @Suite struct Failures {
    @Test func `an unusable configuration exits with 78, says why, and is not retried`() throws {
      let machine = try Machine()
      try machine.install(token: "a-token-that-is-long-enough-for-anyone")
      try machine.configure("[sync]\nintervall = \"5s\"")
      try machine.dropIn("[Service]\nRestartSec=10ms", name: "soon")
      #expect(try machine.system.run("systemctl start mediasyncd").code != 0)
      #expect(try machine.property("ExecMainStatus") == "78")
      // EINVAL.
      #expect(try machine.property("StatusErrno") == "22")
      #expect(try machine.property("StatusText").contains("mediasyncd.toml:6: sync.intervall"))
      try machine.system.succeed("sleep 1")
      #expect(try machine.property("NRestarts") == "0")
      #expect(try machine.property("ActiveState") == "failed")

      // Another daemon's socket, and a missing token.
      try machine.configure()
      try machine.dropIn(
        "[Service]\nRuntimeDirectory=\nEnvironment=MEDIASYNC_CONTROL_SOCKET=/etc/passwd", name: "socket")
      #expect(try machine.system.run("systemctl start mediasyncd").code != 0)
      #expect(try machine.property("StatusErrno") == "88", "ENOTSOCK")
      try machine.system.succeed(
        "rm /etc/systemd/system/mediasyncd.service.d/socket.conf; systemctl daemon-reload")
      try machine.configure("token_file = \"/etc/mediasync/nothing\"")
      #expect(try machine.system.run("systemctl start mediasyncd").code != 0)
      #expect(try machine.property("StatusErrno") == "2", "ENOENT")
      #expect(try machine.property("ExecMainStatus") == "78")
    }

    @Test func `a daemon that dies is restarted, and continues where it was`() throws {
      let machine = try Machine()
      try machine.dropIn("[Service]\nRestartSec=10ms", name: "soon")
      try machine.startEverything()
      try machine.system.succeed("systemctl kill --signal SEGV mediasyncd")
      #expect(try machine.system.await("test $(systemctl show -P NRestarts mediasyncd) = 1"))
      #expect(try machine.system.await("mediasyncctl wait --timeout 10s"))
    }

    @Test func `an unopenable library does not delay the start: the daemon runs and reports it`()
      throws
    {
      let machine = try Machine()
      try machine.install(token: "a-token-that-is-long-enough-for-anyone")
      try machine.configure(database: "/srv/media/missing.sqlite")
      try machine.dropIn("[Service]\nReadWritePaths=/srv/media\nTimeoutStartSec=10s", name: "library")
      try machine.system.succeed("systemctl start mediasyncd", within: 9)
      #expect(try machine.property("StatusText").contains("missing.sqlite"))
      #expect(try machine.system.run("mediasyncctl status").output.contains("missing.sqlite"))
    }
  }
}
