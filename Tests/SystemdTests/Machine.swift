import Foundation
import SampleApplication
import Testing
import ThrowawaySystem

/// The tests under a real systemd, with the shipped files installed in it. They run one after the other: each
/// boots one.
@Suite(.serialized, .timeLimit(.minutes(5))) enum UnderSystemd {}

/// A throw-away system with mediasync installed, and an administrator's setup: users, a hub, a library, a
/// token.
final class Machine {
  /// The booted system.
  let system: ThrowawaySystem
  /// The directory that both the test and the system see; it holds the libraries.
  let directory: String

  /// The programs under test.
  static let programs: String = {
    if let named = ProcessInfo.processInfo.environment["MEDIASYNC_TEST_PROGRAMS"] { return named }
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().path
  }()
  /// The installed files of `make install`; made once.
  private static let tree = Result {
    try InstalledTree(programs: programs, root: makeTemporaryDirectory("installed"))
  }

  /// Boots, and creates the users as an administrator would.
  init() throws {
    directory = try makeTemporaryDirectory("systemd")
    for folder in ["media", "alice"] {
      try FileManager.default.createDirectory(
        atPath: directory + "/" + folder, withIntermediateDirectories: true)
      try Fixture.empty.copy(to: "\(directory)/\(folder)/library.sqlite")
    }
    var layers = try Self.tree.get().layers()
    layers.shared.append((directory + "/media", "/srv/media"))
    layers.shared.append((directory + "/alice", "/home/alice/Media"))
    system = try ThrowawaySystem(layers, directory: directory)
    try system.succeed(
      """
      set -e
      systemd-sysusers
      systemd-tmpfiles --create --prefix=/run/mediasync
      useradd --create-home --home-dir /home/alice alice
      chown -R mediasync:mediasync /srv/media
      chown -R alice:alice /home/alice
      systemctl daemon-reload
      """)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// The library of `mediasyncd.service`.
  var library: String { directory + "/media/library.sqlite" }
  /// The library of `mediasyncd@alice.service`.
  var alicesLibrary: String { directory + "/alice/library.sqlite" }

  /// Starts the hub.
  func startHub() throws { try system.succeed("systemctl start mediasync-hub") }

  /// A new token of the hub.
  func token(_ device: String) throws -> String {
    try system.succeed(
      """
      setpriv --reuid mediasync-hub --regid mediasync-hub --clear-groups \
        mediasync-hub token create --data /var/lib/mediasync-hub --library home --device \(device)
      """)
  }

  /// Writes a token to the unit's path `/etc/mediasync/token`, or to another one.
  func install(token: String, at path: String = "/etc/mediasync/token") throws {
    try system.succeed("install -D -m 600 /dev/stdin \(path) <<<'\(token)'")
  }

  /// Writes the configuration, with more lines of TOML at its end.
  func configure(_ more: String = "", database: String = "/srv/media/library.sqlite") throws {
    try system.succeed(
      """
      cat >/etc/mediasync/mediasyncd.toml <<'END'
      [library]
      database = "\(database)"
      [hub]
      url = "http://127.0.0.1:8787/sync"
      \(more)
      END
      """)
  }

  /// Adds a drop-in to a unit.
  func dropIn(_ lines: String, unit: String = "mediasyncd.service", name: String = "test") throws {
    try system.succeed(
      """
      mkdir -p '/etc/systemd/system/\(unit).d'
      cat >'/etc/systemd/system/\(unit).d/\(name).conf' <<'END'
      \(lines)
      END
      systemctl daemon-reload
      """)
  }

  /// Sets up a hub, a token and a configuration; gives the daemon write access to its library, and starts it.
  func startEverything() throws {
    try startHub()
    try install(token: token("system"))
    try configure()
    try dropIn("[Service]\nReadWritePaths=/srv/media", name: "library")
    try system.succeed("systemctl start mediasyncd")
    try system.succeed("mediasyncctl wait --timeout 30s")
  }

  /// A property of a unit from systemd.
  func property(_ name: String, unit: String = "mediasyncd.service") throws -> String {
    try system.succeed("systemctl show --property \(name) --value '\(unit)'")
  }

  /// A unit's journal since the boot, one JSON object per entry, without systemd's own entries.
  func entries(unit: String = "mediasyncd.service") throws -> [[String: String]] {
    let lines = try system.succeed("journalctl --sync; journalctl -o json _SYSTEMD_UNIT='\(unit)'")
    return try lines.split(separator: "\n").map {
      try JSONDecoder().decode([String: JournalText].self, from: Data($0.utf8)).mapValues(\.text)
    }
  }

  /// The warnings and errors of systemd itself.
  func complaints() throws -> String {
    try system.succeed("journalctl --sync; journalctl -o cat -p warning _PID=1")
  }
}

/// A field of the journal: text, or bytes that are not text.
private struct JournalText: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    text = (try? decoder.singleValueContainer().decode(String.self)) ?? ""
  }
}
