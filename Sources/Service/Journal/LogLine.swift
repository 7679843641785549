import CLinux
import FoundationEssentials
import Glibc

/// Writes lines to standard error.
enum LogLine {
  /// Writes each line with one call, so that lines of several threads do not mix. It ignores write errors: if
  /// the reader is gone, nothing can be done.
  static func write(_ line: String, to descriptor: Int32) {
    _ = Array((line + "\n").utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  /// The current time, formatted.
  static var timeNow: String { time(clinux_now_realtime_ms()) }

  /// Formats `now`, in milliseconds since 1970, as `2026-11-24T05:22:34.123Z`.
  static func time(_ now: Int64) -> String {
    // The formatter truncates, and a Double is seldom an exact millisecond, so add a little.
    let date = Date(timeIntervalSince1970: Double(now) / 1000 + 0.0002)
    return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
