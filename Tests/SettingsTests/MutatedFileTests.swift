import Settings
import Testing

/// Whatever the file contains, it is either read or refused with a place: never a crash, never silence.
struct MutatedFileTests {
  /// A small generator, so that a seed that failed once fails again.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private static let whole = """
    # comment
    [library]
    database = "/srv/library.sqlite"
    [hub] # the hub
    url = 'http://127.0.0.1:8787/sync'
    "request_timeout" = "45s"
    [sync]
    batch_changes = 500
    [log]
    level = \"\"\"debug\"\"\"
    """
  private static let pieces = [
    "[", "]", "\"", "'", "=", "\n", ".", "#", "{", "}", ",", "\\", "\"\"\"", "[[x]]", "hub.url", "1979-05-27",
    "0x",
    "true", "\u{0}", "é", "\u{202e}", "99999999999999999999", "nan", "+", "-", "12:3", "0b", "1e", "_", "\r",
    "\u{feff}", "inf", "[a", "\\u12", "T", "1",
  ]

  @Test(arguments: UInt64(1)...200)
  func `a damaged file is read, or refused with its place`(seed: UInt64) {
    var numbers = Numbers(state: seed)
    for _ in 0..<10 {
      var text = Array(Self.whole)
      for _ in 0...Int.random(in: 0..<4, using: &numbers) {
        let start = Int.random(in: 0..<text.count, using: &numbers)
        let end = min(text.count, start + Int.random(in: 0..<6, using: &numbers))
        text.replaceSubrange(start..<end, with: Self.pieces.randomElement(using: &numbers) ?? "")
      }
      for problem in Sample.problems(file: String(text)) {
        #expect(
          problem.hasPrefix("/etc/mediasync/mediasyncd.toml:") || problem.contains(": is not set. "),
          "\(problem)")
      }
    }
  }
}
