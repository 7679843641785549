import Foundation
import SampleApplication
import Testing

extension UnderSystemd {
  /// A reload applies a new configuration entirely, or not at all.
  @Suite struct Reloads {
    @Test func `every way to reload refuses a bad configuration, and the old one stays in effect`() throws {
      let machine = try Machine()
      try machine.startEverything()
      let process = try machine.property("MainPID")
      try machine.configure("[sync]\ninterval = \"5s\"\ndebunce = \"1s\"\nbatch_changes = 0")
      let asked = try machine.system.run("mediasyncctl reload")
      #expect(asked.code == 78, "\(asked)")
      // Every error in one answer, each with its place.
      #expect(asked.output.contains("mediasyncd.toml:7: sync.debunce: unknown"), "\(asked)")
      #expect(asked.output.contains("mediasyncd.toml:8: sync.batch_changes"), "\(asked)")
      #expect(asked.output.contains("the old configuration stays"))
      let told = try machine.system.run("systemctl reload mediasyncd")
      #expect(told.code != 0, "\(told)")
      #expect(try machine.property("ActiveState") == "active")
      #expect(try machine.property("MainPID") == process)
      let status = try machine.system.succeed("mediasyncctl status")
      #expect(status.hasPrefix("In step") && status.contains("sync.debunce"), "\(status)")
      #expect(try machine.property("StatusText").contains("sync.debunce"))
      let refusals = try machine.entries().filter { $0["MEDIASYNC_EVENT"] == "reload-failed" }
      #expect(refusals.count == 2 && refusals.allSatisfy { $0["PRIORITY"] == "3" }, "\(refusals)")
      #expect(refusals.first?["MESSAGE"]?.contains("sync.debunce: unknown") == true, "\(refusals)")

      // A configuration with an unreadable token is invalid too.
      try machine.configure("token_file = \"/etc/mediasync/token\"")
      let unreadable = try machine.system.run("mediasyncctl reload")
      #expect(unreadable.code == 78 && unreadable.output.contains("/etc/mediasync/token"), "\(unreadable)")

      try machine.configure()
      #expect(try machine.system.succeed("mediasyncctl reload") == "Reloaded: no setting has changed.")
      #expect(try !machine.property("StatusText").contains("sync.debunce"))
      #expect(try machine.system.succeed("mediasyncctl status --json").contains("\"reload_failure\":null"))
    }

    @Test func `a good configuration applies at once, and settings that need a restart are named`() throws {
      let machine = try Machine()
      try machine.startEverything()
      try machine.configure(
        """
        long_poll = "0s"
        [sync]
        interval = "1s"
        [log]
        level = "debug"
        [control]
        socket = "/run/mediasync/other.sock"
        """)
      let reply = try machine.system.succeed("mediasyncctl reload --json")
      #expect(
        reply
          == #"{"reload":{"after_restart":["control.socket"],"changed":["hub.long_poll","sync.interval","log.level"]}}"#
      )
      // Without a long poll there is a cycle every interval, which was 60 s before.
      let before = try machine.successes()
      #expect(try poll(10, step: 0.2) { try machine.successes() != before })
      let again = try machine.successes()
      #expect(try poll(10, step: 0.2) { try machine.successes() != again })
      let reloaded = try machine.entries().first { $0["MEDIASYNC_EVENT"] == "reloaded" }
      #expect(reloaded?["MEDIASYNC_AFTER_RESTART"] == "control.socket", "\(reloaded ?? [:])")
      #expect(reloaded?["PRIORITY"] == "5")
      try machine.system.succeed("systemctl kill --signal HUP mediasyncd")
      #expect(
        try machine.system.await(
          "journalctl -u mediasyncd MEDIASYNC_EVENT=reloaded -o cat | grep -c . | grep 2"))
    }

    @Test func `a reload moves the metrics to another address, and closes them if none is configured`() throws
    {
      let machine = try Machine()
      try machine.startEverything()
      let process = try machine.property("MainPID")
      let ask = "curl -s -o /dev/null -w '%{http_code}' --max-time 5"
      for (listen, here, gone) in [
        ("127.0.0.1:9464", "http://127.0.0.1:9464/metrics", nil),
        ("127.0.0.1:9465", "http://127.0.0.1:9465/metrics", "http://127.0.0.1:9464/metrics"),
        ("/run/mediasync/metrics.sock", "--unix-socket /run/mediasync/metrics.sock http://x/metrics", nil),
      ] {
        try machine.configure("[metrics]\nlisten = \"\(listen)\"")
        let reply = try machine.system.succeed("mediasyncctl reload --json")
        #expect(reply == #"{"reload":{"after_restart":[],"changed":["metrics.listen"]}}"#)
        #expect(try machine.system.run("\(ask) \(here)").output == "200", "\(listen)")
        if let gone { #expect(try machine.system.run("\(ask) \(gone)").output == "000") }
      }
      try machine.configure("[metrics]\nheartbeat_url = \"http://127.0.0.1:9/ping\"")
      let reply = try machine.system.succeed("mediasyncctl reload --json")
      #expect(
        reply == #"{"reload":{"after_restart":[],"changed":["metrics.listen","metrics.heartbeat_url"]}}"#)
      #expect(try machine.system.run("test -e /run/mediasync/metrics.sock").code != 0)
      // A configuration with an address in use is invalid: none of it applies, and the old address still
      // answers.
      try machine.configure("[metrics]\nlisten = \"127.0.0.1:9464\"")
      try machine.system.succeed("mediasyncctl reload")
      try machine.configure("[log]\nlevel = \"debug\"\n[metrics]\nlisten = \"127.0.0.1:8787\"")
      let taken = try machine.system.run("mediasyncctl reload")
      #expect(taken.code == 78 && taken.output.contains("metrics.listen"), "\(taken)")
      #expect(taken.output.contains("127.0.0.1:8787"), "\(taken)")
      #expect(try machine.system.run("\(ask) http://127.0.0.1:9464/metrics").output == "200")
      #expect(try machine.system.succeed("mediasyncctl log-level").hasPrefix("Logging at info"))
      #expect(try machine.property("MainPID") == process)
    }
  }
}

extension Machine {
  /// The time when the daemon was last in step.
  fileprivate func successes() throws -> Substring {
    let status = try system.succeed("mediasyncctl status --json")
    return try #require(status.firstMatch(of: /"last_success":"([^"]*)"/)).output.1
  }
}
