import Foundation
import SampleApplication
import Testing
import ThrowawaySystem

extension UnderSystemd {
  /// The Debian packages, from the programs under test, in a system without any trace of them.
  @Suite struct Packages {
    /// Builds the packages, and each once more with a later version.
    private static let debs = Result { () throws -> String in
      let folder = try makeTemporaryDirectory("debs")
      let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
      let script = """
        make --no-print-directory -C '\(source)' deb-files BIN='\(Machine.programs)' DEB='\(folder)' COMPRESSION='-Zgzip -z1' >&2
        cd '\(folder)'
        for package in *.deb; do
          dpkg-deb -R "$package" later
          sed -i 's/^Version: .*/&+later/' later/DEBIAN/control
          dpkg-deb --root-owner-group -Znone -b later "later-${package%%_*}.deb" >&2
          rm -r later
        done
        """
      let end = try RunningProgram(
        "/bin/bash", ["-e", "-c", script], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
        directory: folder
      ).end(within: 240)
      guard end.code == 0 else { throw ProgramFailure(String(end.errors.suffix(3000))) }
      return folder
    }

    @Test func `lintian finds no error`() throws {
      let folder = try Self.debs.get()
      // Development builds name the folder of the Swift runtime; a release contains the runtime.
      let end = try RunningProgram(
        "/bin/bash",
        [
          "-c",
          "lintian --allow-root --suppress-tags custom-library-search-path --fail-on error '\(folder)'/mediasync*.deb",
        ],
        directory: folder
      ).end(within: 120)
      #expect(end.code == 0, "\(end.output) \(end.errors)")
    }

    @Test func `packages install, start, upgrade with all state, and uninstall without a trace`() throws {
      let folder = try Self.debs.get()
      let media = try makeTemporaryDirectory("packages")
      try Fixture.empty.copy(to: media + "/library.sqlite")
      var layers = ThrowawaySystem.Layers()
      layers.copies.append((folder, "/debs"))
      layers.shared.append((media, "/srv/media"))
      layers.copies += try InstalledTree.runtimeDropIns(programs: Machine.programs, folder: media)
      let system = try ThrowawaySystem(layers, directory: media)

      // A container image forbids packages to start anything; this is a booted system.
      try system.succeed("rm -f /usr/sbin/policy-rc.d; dpkg -i /debs/mediasync*.deb", within: 120)
      #expect(
        try system.succeed("systemctl is-active mediasync-hub; systemctl is-enabled mediasync-hub")
          == "active\nenabled")
      // The daemon waits for its configuration; its installation must not leave a failed unit.
      #expect(try system.succeed("systemctl is-failed mediasyncd || true") == "inactive")
      #expect(
        try system.succeed("dpkg-query -W -f '${Conffiles}' mediasync").contains(
          "/etc/mediasync/mediasyncd.toml"))
      #expect(
        try system.succeed("dpkg -L mediasync mediasync-hub | grep -c '/usr/share/man/man[158]/.*[.]gz$'")
          == "4")
      try system.succeed(
        """
        set -e -o pipefail
        chown -R mediasync:mediasync /srv/media
        setpriv --reuid mediasync-hub --regid mediasync-hub --clear-groups mediasync-hub token create \
          --data /var/lib/mediasync-hub --library home --device one | install -m 600 /dev/stdin /etc/mediasync/token
        sed -i -e 's|^#database = .*|database = "/srv/media/library.sqlite"|' \
          -e 's|^#url = .*|url = "http://127.0.0.1:8787/sync"|' /etc/mediasync/mediasyncd.toml
        mkdir -p /etc/systemd/system/mediasyncd.service.d
        printf '[Service]\\nReadWritePaths=/srv/media\\n' >/etc/systemd/system/mediasyncd.service.d/library.conf
        systemctl daemon-reload
        systemctl enable --now mediasyncd
        mediasyncctl wait --timeout 60s
        """, within: 120)
      let library = try SampleLibrary(media + "/library.sqlite", client: "app", seed: 1)
      try library.addMedia(NewMedia(url: "u", title: "before the upgrade", content: "text"))
      #expect(
        try system.await(
          "mediasyncctl trigger --wait && mediasyncctl status --json | grep -q '\"pending_local\":0'"))
      // The packages' files let a member of the group change things.
      try system.succeed(
        """
        set -e
        useradd --groups mediasync carol
        for verb in pause resume; do setpriv --reuid carol --regid carol --init-groups mediasyncctl $verb; done
        mediasyncctl wait --timeout 60s
        """, within: 120)
      let before = try Self.identity(system)

      try system.succeed("dpkg -i /debs/later-*.deb", within: 120)
      try system.succeed("mediasyncctl wait --timeout 60s")
      #expect(try system.succeed("dpkg-query -W -f '${Version} ' mediasync mediasync-hub").contains("+later"))
      let after = try Self.identity(system)
      #expect(before.count == 3 && Array(before[..<2]) == Array(after[..<2]), "\(before) \(after)")
      #expect(before[2] != after[2], "the daemon still runs as the old version")
      #expect(try system.succeed("systemctl is-active mediasync-hub mediasyncd") == "active\nactive")
      #expect(
        try system.succeed("mediasyncctl trigger --wait >/dev/null && mediasyncctl verify").hasPrefix("Equal")
      )

      try system.succeed("install -m 600 /dev/null /etc/mediasync/token-alice")
      try Self.expectNothingLeft(of: system)
      // The library belongs to the application: it stays, with its edits.
      #expect(
        try SQLiteConnection(media + "/library.sqlite", .readOnly).value("SELECT count(*) FROM Media")?
          .integer == 1)
    }

    /// Removes, then purges. The test's own drop-ins stay, as an administrator's would.
    private static func expectNothingLeft(of system: ThrowawaySystem) throws {
      try system.succeed("dpkg -r mediasync mediasync-hub", within: 120)
      #expect(
        try system.succeed("systemctl is-active mediasync-hub mediasyncd || true") == "inactive\ninactive")
      #expect(
        try system.succeed("ls /etc/mediasync; test -d /var/lib/mediasync-hub").contains("mediasyncd.toml"))
      try system.succeed("dpkg -P mediasync mediasync-hub", within: 120)
      let left = try system.succeed(
        """
        find / -xdev \\( -path /debs -o -path /proc -o -path /tmp -o -path '/srv/media' -o -path /var/lib/dpkg \
          -o -path /root -o -path /work -o -path /var/log \\) -prune -o -newer /etc/machine-id -name '*mediasync*' -print
        """)
      #expect(left.split(separator: "\n").filter { !$0.contains("/etc/systemd/") } == [])
    }

    /// The device's id, the end of the hub's log, and the daemon's process id.
    private static func identity(_ system: ThrowawaySystem) throws -> [String] {
      let status = try system.succeed("mediasyncctl status --json")
      let known = try JSONDecoder().decode(Known.self, from: Data(status.utf8))
      return [
        known.device, "\(known.head)", try system.succeed("systemctl show -P MainPID mediasyncd"),
      ]
    }

    private struct Known: Decodable {
      enum CodingKeys: String, CodingKey {
        case device = "device_id"
        case head = "hub_head"
      }
      let device: String
      let head: Int
    }
  }
}
