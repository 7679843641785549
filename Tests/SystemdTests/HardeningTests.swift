import Foundation
import SampleApplication
import Testing

extension UnderSystemd {
  /// The daemon has no access to what its units promise to hide from it.
  @Suite struct Hardening {
    @Test func `the running daemon has no privilege, sees only its files, and can write nowhere else`() throws
    {
      let machine = try Machine()
      try machine.startEverything()
      let process = try machine.property("MainPID")
      let status = try machine.system.succeed("cat /proc/\(process)/status")
      for line in [
        "NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
        "CapAmb:\t0000000000000000", "Umask:\t0077",
      ] { #expect(status.contains(line), "\(line)\n\(status)") }
      // The test reads its mounts through /proc, with root's rights: only the mount can refuse a write here.
      let root = "/proc/\(process)/root"
      for path in [
        "/usr/x", "/etc/x", "/var/lib/x", "/opt/x", "/sys/fs/cgroup/x", "/proc/sys/kernel/domainname",
      ] {
        let end = try machine.system.run("echo x >\(root)\(path)")
        #expect(end.output.contains("Read-only file system"), "\(path): \(end)")
      }
      for path in ["/srv/media/x", "/run/mediasync/x", "/var/lib/mediasync/x", "/tmp/x"] {
        #expect(try machine.system.run("echo x >\(root)\(path)").code == 0, "\(path)")
      }
      #expect(try machine.system.run("ls /tmp/x").code != 0, "its /tmp is its own")
      #expect(try machine.system.succeed("ls -A \(root)/home") == "")
      #expect(try machine.system.run("\(root)/usr/bin/true").output.contains("Permission denied"))
      #expect(try machine.system.succeed("ls \(root)/dev").split(separator: "\n").contains("kmsg") == false)
      let limits = try machine.system.succeed("grep core /proc/\(process)/limits")
      #expect(limits.contains(/Max core file size\s+0\s+0/))
      // Only the daemon can read the token's copy, and it cannot see other processes.
      #expect(try machine.system.succeed("stat -c '%a' /run/credentials/mediasyncd.service/token") == "400")
      #expect(
        try machine.system.succeed("grep ' /proc ' /proc/\(process)/mounts").contains("hidepid=invisible"))
    }

    @Test func `a program in the daemon's place can do nothing that the daemon does not need`() throws {
      let machine = try Machine()
      try machine.system.succeed("mkdir -p /opt/probe && cat >/opt/probe/probe <<'END'\n\(Self.probe)\nEND")
      try machine.install(token: "a-token-that-is-long-enough-for-anyone")
      for unit in ["mediasyncd.service", "mediasyncd@alice.service", "mediasync-hub.service"] {
        try machine.dropIn(
          """
          [Service]
          Type=oneshot
          Restart=no
          ExecStart=
          ExecStart=/usr/bin/perl /opt/probe/probe
          ExecPaths=/usr/bin
          LoadCredential=
          """, unit: unit, name: "probe")
        let end = try machine.system.run("systemctl start \(unit); journalctl --sync")
        let said = try machine.entries(unit: unit).compactMap { $0["MESSAGE"] }
        let isHub = unit == "mediasync-hub.service"
        let expected = [
          "AF_UNIX yes", "AF_INET yes", "AF_INET6 yes", "AF_NETLINK \(isHub ? "no" : "yes")", "AF_PACKET no",
          "AF_VSOCK no", "setuid no", "chown no", "chroot no", "priority said to be done: 0",
          "other processes none", "user namespace no", "writable code no",
        ]
        #expect(said == expected, "\(unit): \(end)")
      }
    }

    /// Tries what a compromised daemon would. Uses only Perl's own functions and numbers; perl-base is on
    /// every Debian.
    private static let probe = """
      use strict; use Socket; use POSIX ();
      $| = 1;
      sub told { my ($name, $ok) = @_; print "$name ", ($ok ? "yes" : "no"), "\\n" }
      my %families = (AF_UNIX => 1, AF_INET => 2, AF_INET6 => 10, AF_NETLINK => 16, AF_PACKET => 17, AF_VSOCK => 40);
      for my $name (qw(AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET AF_VSOCK)) {
        my $type = $name =~ /NETLINK|PACKET/ ? SOCK_RAW : SOCK_STREAM;
        told($name, socket(my $socket, $families{$name}, $type, 0));
      }
      open(my $file, '>', '/tmp/probe') or die; close($file);
      told('setuid', chmod(04755, '/tmp/probe'));
      told('chown', chown(0, 0, '/tmp/probe'));
      told('chroot', chroot('/tmp'));
      setpriority(0, 0, 5) or print "refused: $!\\n";
      print 'priority said to be done: ', getpriority(0, 0), "\\n";
      opendir(my $proc, '/proc'); my @others = grep { /^[0-9]+$/ && $_ != $$ } readdir($proc);
      print 'other processes ', (@others ? "@others" : 'none'), "\\n";
      my $intel = (POSIX::uname())[4] eq 'x86_64';
      told('user namespace', syscall($intel ? 272 : 97, 0x10000000) == 0);
      told('writable code', syscall($intel ? 9 : 222, 0, 4096, 7, 0x22, -1, 0) != -1);
      """
  }
}
