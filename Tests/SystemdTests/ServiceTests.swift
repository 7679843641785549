import Foundation
import SampleApplication
import Testing

extension UnderSystemd {
  /// The daemon does its full job inside its units.
  @Suite struct Services {
    @Test func `two services under their shipped units come into step, and stay there during edits`() throws {
      let machine = try Machine()
      try machine.startEverything()
      try machine.install(token: machine.token("alice"), at: "/etc/mediasync/token-alice")
      try machine.system.succeed(
        """
        install -d -o alice -g alice /home/alice/.config /home/alice/.config/mediasync
        install -o alice -g alice /dev/stdin /home/alice/.config/mediasync/mediasyncd.toml <<'END'
        [library]
        database = "~/Media/library.sqlite"
        [hub]
        url = "http://127.0.0.1:8787/sync"
        [sync]
        interval = "7d"
        END
        systemctl start mediasyncd@alice
        """)
      // Typed while both rest: inotify, the debounce, the push, the other's long poll, and the apply.
      let here = try SampleLibrary(machine.library, client: "app", seed: 1)
      try here.addMedia(NewMedia(url: "u1", title: "from the system's library", content: "bread"))
      let there = try SampleLibrary(machine.alicesLibrary, client: "app-alice", seed: 2)
      try there.addMedia(NewMedia(url: "u2", title: "from alice's library", content: "butter"))
      let arrived = try poll(30, step: 0.1) {
        let counts = try [machine.library, machine.alicesLibrary].map {
          try SQLiteConnection($0, .readOnly).value("SELECT count(*) FROM Media")?.integer
        }
        return counts == [2, 2]
      }
      #expect(arrived)
      let difference = try LibraryDigest(machine.library).difference(
        from: LibraryDigest(machine.alicesLibrary))
      #expect(difference == "")
      // Alice's control tool finds alice's daemon, root's finds the system's, and neither finds the other's.
      let alice = "setpriv --reuid alice --regid alice --clear-groups env USER=alice HOME=/home/alice"
      let hers = try machine.system.succeed("\(alice) mediasyncctl status --json")
      #expect(hers.contains("/home/alice/Media/library.sqlite"), "\(hers)")
      #expect(try machine.system.succeed("mediasyncctl status --json").contains("/srv/media/library.sqlite"))
      let nobody = try machine.system.run("setpriv --reuid nobody --clear-groups mediasyncctl status")
      #expect(nobody.code == 77, "\(nobody)")
      for unit in ["mediasyncd", "mediasyncd@alice", "mediasync-hub"] {
        #expect(try machine.property("NRestarts", unit: unit) == "0")
        #expect(
          try machine.property("StatusText", unit: unit).hasPrefix(unit == "mediasync-hub" ? "" : "In step"))
      }
      // systemd has accepted every line of the units.
      #expect(try machine.complaints() == "")
    }

    @Test func `the journal has entries with fields, and nothing else`() throws {
      let machine = try Machine()
      try machine.startEverything()
      try machine.system.succeed(
        "mediasyncctl pause --for 1h; mediasyncctl resume; mediasyncctl wait --timeout 30s")
      let entries = try machine.entries()
      #expect(!entries.isEmpty)
      for entry in entries {
        // No line is from standard error, such as a library's own message.
        #expect(entry["_TRANSPORT"] == "journal", "\(entry["MESSAGE"] ?? "")")
        #expect(entry["SYSLOG_IDENTIFIER"] == "mediasyncd")
        #expect(entry["MEDIASYNC_EVENT"] != nil, "\(entry["MESSAGE"] ?? "")")
      }
      let paused = entries.first { $0["MEDIASYNC_EVENT"] == "paused" }
      #expect(paused?["PRIORITY"] == "5" && paused?["MEDIASYNC_UNTIL"]?.isEmpty == false, "\(entries)")
    }
  }
}
