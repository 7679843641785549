import SampleApplication
import Testing

@testable import LibraryStore

extension UnderSystemd {
  /// systemd waits for slow work, and only for that. strace(1) makes the library's disk a slow one.
  @Suite struct Patience {
    @Test func `systemd waits for a long migration beyond the start timeout`() throws {
      let machine = try Machine()
      // A state of version 1 with many conflict records, which get an index in the migration to version 2.
      try SQLiteConnection(machine.library, .readWrite).execute(
        """
        \(StateSchema.tables)
        INSERT INTO mediasync_state VALUES ('schema_version', 1), ('device_id', 'd'), ('incarnation', 'i'),
          ('pulled', 0), ('pushed', 0);
        WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        INSERT INTO mediasync_conflicts (entity, uuid, losing, winning, since)
        SELECT 'Media', hex(randomblob(20)), '{}', '{}', '' FROM n;
        PRAGMA wal_checkpoint(TRUNCATE);
        """)
      try machine.system.succeed("chown mediasync:mediasync /srv/media/*")
      try machine.install(token: "a-token-that-is-long-enough-for-anyone")
      try machine.configure()
      try machine.dropIn(
        """
        [Service]
        ReadWritePaths=/srv/media
        TimeoutStartSec=4s
        ExecStart=
        ExecStart=strace -D -f -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:delay_enter=5ms \
          /usr/local/bin/mediasyncd run
        NoExecPaths=
        SystemCallFilter=
        """, name: "slow")
      let took = try ContinuousClock().measure {
        try machine.system.succeed(
          "systemctl start mediasyncd || { journalctl -u mediasyncd; exit 1; }", within: 60)
      }
      #expect(took > .seconds(4), "\(took)")
      #expect(try machine.property("NRestarts") == "0")
      let version = try SQLiteConnection(machine.library, .readOnly)
        .value("SELECT value FROM mediasync_state WHERE name = 'schema_version'")
      #expect(version == .integer(StateSchema.version))
    }

    @Test func `systemd waits for a running transaction beyond the stop timeout`()
      throws
    {
      let machine = try Machine()
      try machine.dropIn("[Service]\nTimeoutStopSec=3s", name: "stop")
      try machine.startEverything()
      let process = try machine.property("MainPID")
      // Somebody types, the hub answers, and the daemon stores the answer: that is what takes long.
      try machine.hold("pwrite64", for: "5s:when=1", in: process)
      let app = try SampleLibrary(machine.library, client: "app", seed: 1)
      try app.addMedia(NewMedia(url: "u", title: "t", content: "c"))
      // strace stops a thread briefly at every traced call; only the held one stays stopped.
      let stopped = "grep -l 't (tracing' /proc/\(process)/task/*/status"
      #expect(
        try machine.system.await(
          "t=$(\(stopped) | head -n 1) && for i in 1 2 3 4 5; do sleep 0.1; grep -q 't (tracing' $t || exit 1; done"
        ))
      let took = try ContinuousClock().measure { try machine.system.succeed("systemctl stop mediasyncd") }
      #expect(took > .seconds(3), "\(took)")
      #expect(try machine.property("Result") == "success")
    }

    @Test func `without anything to wait for, a stop is immediate`() throws {
      let machine = try Machine()
      try machine.startEverything()
      let took = try ContinuousClock().measure { try machine.system.succeed("systemctl stop mediasyncd") }
      #expect(took < .seconds(3), "\(took)")
      #expect(try machine.property("Result") == "success")
    }
  }
}
