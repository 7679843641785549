import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Who may change what over the control socket, and how the daemon logs it.
  @Suite struct ControlChanges {
    @Test func `the daemon logs every change with its author, and no reads`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let running = try device.run()
      _ = try device.control("status")
      _ = try device.control("conflicts")
      #expect(!running.errors.contains("control-change"))
      #expect(try device.control("pause").code == 0)
      let line = running.errors.split(separator: "\n").first { $0.contains("event=control-change") } ?? ""
      #expect(line.contains("verb=pause") && line.contains("peer_uid=\(getuid())"), "\(running.errors)")
      #expect(line.contains(/peer_pid=\d+/), "\(line)")
    }

    @Test func `repeating a change is harmless, and the reply says that nothing changed`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      try device.run()
      let idle = try device.control("resume")
      #expect(idle.code == 0 && idle.output.hasPrefix("Not paused"), "\(idle.output)")
      #expect(try device.control("pause").output.hasPrefix("Paused"))
      let again = try device.control("pause")
      #expect(again.code == 0 && again.output.hasPrefix("Already paused"), "\(again.output)")
      #expect(try device.control("pause", "--json").output.contains(#""already":true"#))
      // A pause with an end differs from one without.
      #expect(try device.control("pause", "--for", "2h").output.hasPrefix("Paused until"))
      #expect(try device.control("resume", "--json").output.contains(#""already":false"#))
    }

    @Test func `the log level changes at once, and lasts until the restart`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let running = try device.run()
      #expect(try device.control("log-level").output.hasPrefix("Logging at info, as configured"))
      #expect(!running.errors.contains(" debug "))
      #expect(try device.control("log-level", "debug").output.contains("until the daemon restarts"))
      #expect(try device.control("log-level", "debug").output.hasPrefix("This is already the log level"))
      #expect(try device.control("status").code == 0)
      #expect(running.errors.contains(" debug "), "\(running.errors)")
      #expect(try device.control("log-level", "loud").code == 64)
      let json = try device.control("log-level", "--json").output
      #expect(json == #"{"configured":"info","level":"debug"}"# + "\n")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can be somebody else"))
    func `other users may read but not change, and see the rule`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let running = try device.run()
      for folder in [stage.directory, device.directory] {
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder)
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: device.socket)
      let script = """
        my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no socket: $!"; $s->autoflush(1);
        for (qw(status pause status)) { print $s qq({"verb":"$_"}\\n); print scalar <$s>; }
        """
      let end = try RunningProgram(
        "/usr/bin/setpriv",
        [
          "--reuid=4711", "--regid=4711", "--clear-groups", "perl", "-MIO::Socket::UNIX", "-e", script,
          device.socket,
        ], directory: stage.directory
      ).end(within: 20)
      let lines = end.output.split(separator: "\n")
      try #require(lines.count == 3, "\(end.errors)")
      #expect(lines[0].contains(#""ok":true"#) && lines[2].contains(#""ok":true"#))
      #expect(!lines[2].contains(#""state":"paused""#))
      #expect(lines[1].contains(#""code":"forbidden""#))
      for part in ["uid 4711", "only root", "uid 0", "group mediasync"] { #expect(lines[1].contains(part)) }
      #expect(running.errors.contains("event=control-refused") && running.errors.contains("peer_uid=4711"))
      #expect(!running.errors.contains("event=control-change"))
    }
  }
}
