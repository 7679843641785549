import CLinux
import FoundationEssentials
import Glibc

/// A line on standard error.
enum LogLine {
  /// One call a line, so that lines of several threads do not mix. A reader that is gone is not our trouble.
  static func write(_ line: String, to descriptor: Int32) {
    _ = Array((line + "\n").utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  /// The wall clock's time.
  static var timeNow: String { time(clinux_now_realtime_ms()) }

  /// `now`, in milliseconds since 1970, as `2026-11-24T05:22:34.123Z`.
  static func time(_ now: Int64) -> String {
    // The formatter cuts off, and a Double is seldom a whole millisecond: a little more than exact.
    let date = Date(timeIntervalSince1970: Double(now) / 1000 + 0.0002)
    return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
