import Foundation
import SampleApplication
import Testing

extension UnderSystemd {
  /// The unit of a user's own session.
  @Suite struct UserUnit {
    @Test func `a user's own service comes into step inside its full sandbox`() throws {
      let machine = try Machine()
      try machine.startAlicesManager()
      try machine.alice("systemctl --user start mediasyncd")
      try machine.alice("mediasyncctl wait --timeout 30s")
      let app = try SampleLibrary(machine.alicesLibrary, client: "app", seed: 1)
      try app.addMedia(NewMedia(url: "u", title: "t", content: "typed at rest"))
      #expect(
        try poll(30, step: 0.1) {
          try !machine.alice("mediasyncctl status --json").contains("\"hub_head\":0")
        })
      let status = try machine.alice("systemctl --user status mediasyncd")
      #expect(status.contains("Status: \"In step"), "\(status)")
      // Only the necessary part of the home directory is visible.
      let root = "/proc/$(pgrep -u alice -x mediasyncd)/root"
      #expect(try machine.system.succeed("ls -A \(root)/home/alice | sort") == ".config\n.local\nMedia")
      // Its data there outlasts it.
      #expect(
        try machine.system.succeed("cd \(root)/home/alice/.local && find . -type d")
          == ".\n./state\n./state/mediasync")
      let kept = try machine.system.succeed("cd /home/alice/.local/state/mediasync && ls")
      #expect(!kept.isEmpty)
      try machine.alice("systemctl --user restart mediasyncd")
      #expect(try machine.system.succeed("cd \(root)/home/alice/.local/state/mediasync && ls") == kept)
      #expect(try machine.system.succeed("ls -A \(root)/home/alice/.config") == "mediasync")
      #expect(try machine.alice("systemctl --user reload mediasyncd") == "")
      let log = try machine.system.succeed(
        "journalctl --sync; journalctl -o cat _UID=$(id -u alice) -p warning SYSLOG_IDENTIFIER=mediasyncd")
      #expect(log == "")
    }

    @Test func `with the manual's drop-in it comes into step without a user namespace`() throws {
      let manual = try String(contentsOfFile: Self.manual, encoding: .utf8)
      let section = try #require(manual.range(of: "`systemctl --user edit mediasyncd`:"))
      let blocks = manual[section.upperBound...].split(separator: "```", maxSplits: 2)
      let dropIn = try #require(blocks.dropFirst().first?.split(separator: "\n").dropFirst())
      let machine = try Machine()
      try machine.system.succeed(
        """
        mkdir -p /etc/systemd/user/mediasyncd.service.d
        cat >/etc/systemd/user/mediasyncd.service.d/plain.conf <<'END'
        \(dropIn.joined(separator: "\n"))
        END
        """)
      try machine.startAlicesManager()
      try machine.alice("systemctl --user start mediasyncd")
      try machine.alice("mediasyncctl wait --timeout 30s")
      let own = try machine.system.succeed("readlink /proc/self/ns/user /proc/self/ns/mnt")
      let its = try machine.system.succeed("cd /proc/$(pgrep -u alice -x mediasyncd)/ns && readlink user mnt")
      #expect(own == its)
    }

    private static let manual =
      URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path + "/docs/operating.md"
  }
}

extension Machine {
  /// Starts a hub, alice's token and configuration, and her own systemd, as after a login.
  fileprivate func startAlicesManager() throws {
    try startHub()
    let token = try token("alice")
    try system.succeed(
      """
      set -e
      install -d -o alice -g alice /home/alice/.config /home/alice/.config/mediasync
      install -o alice -g alice -m 600 /dev/stdin /home/alice/.config/mediasync/token <<<'\(token)'
      install -o alice -g alice /dev/stdin /home/alice/.config/mediasync/mediasyncd.toml <<'END'
      [library]
      database = "~/Media/library.sqlite"
      [hub]
      url = "http://127.0.0.1:8787/sync"
      END
      systemctl start dbus.socket systemd-logind user@$(id -u alice)
      """)
  }

  /// Runs a command as alice, in her session.
  @discardableResult
  fileprivate func alice(_ command: String) throws -> String {
    try system.succeed(
      """
      setpriv --reuid alice --regid alice --clear-groups env USER=alice HOME=/home/alice \
        XDG_RUNTIME_DIR=/run/user/$(id -u alice) \(command)
      """)
  }
}
