import SampleApplication
import Settings

/// The configuration file: whatever it contains, it is read, or refused with the place.
struct SettingsTarget: FuzzTarget {
  let name = "settings"

  private static let path = "/etc/mediasync/mediasyncd.toml"
  private static let lines: [String] = [
    "[library]", "database = \"/srv/library.sqlite\"", "device_id = \"laptop\"", "[hub] # the hub",
    "url = 'http://127.0.0.1:8787/sync'", "\"request_timeout\" = \"45s\"", "long_poll = \"0s\"", "[sync]",
    "batch_changes = 500", "batch_bytes = \"1MiB\"", "interval = \"1h30m\"", "[backoff]", "initial = \"1s\"",
    "[log]", "level = \"\"\"debug\"\"\"", "format = 'json'", "[control]", "socket = \"~/c.sock\"",
    "hub.url = \"http://h/sync\"", "x = { a = 1, b = [1, 2] }", "[a.b.c]", "[[a]]", "y = 0x1F", "z = 1e5",
  ]
  private static let pieces: [String] = [
    "[", "]", "\"", "'", "=", "\n", ".", "#", "{", "}", ",", "\\", "\"\"\"", "'''", "[[", "]]",
    "1979-05-27T07:32:00Z",
    "07:32", "nan", "inf", "0b", "0o8", "1_0", "1__0", "+", "-", "\\u12", "\\U00110000", "\u{0}", "\u{7F}",
    "\u{FEFF}",
    "99999999999999999999", "1e999", "a.b.c.d", "\"a.b\"", "\r", "true", String(repeating: "[", count: 300),
    String(repeating: "a.", count: 300), String(repeating: "{a=", count: 300), "é", "\u{202E}",
  ]

  func honestInput(_ random: inout SeededGenerator) -> [UInt8] {
    var text = Self.lines.filter { _ in random.chance(60) }.joined(separator: "\n") + "\n"
    for _ in 0..<random.number(0...3) {
      let place = text.index(text.startIndex, offsetBy: random.number(0...text.count))
      text.insert(contentsOf: random.pick(Self.pieces), at: place)
    }
    return Array(text.utf8)
  }

  func run(_ input: [UInt8]) throws {
    guard let text = String(validating: input, as: UTF8.self) else { return }
    do throws(SettingsError) {
      _ = try SettingsLoader.load(
        environment: [:], workingDirectory: "/work",
        read: { path in path == Self.path ? .text(text, mode: 0o644) : .missing })
    } catch {
      for problem in error.problems where !problem.description.hasPrefix(Self.path + ":") {
        guard problem.description.contains("is not set") else {
          throw Finding("a problem without its place: \(problem.description)")
        }
      }
    }
  }
}
