import Glibc

/// Formats a time in this machine's time zone.
package enum LocalTime {
  /// Returns `13:05:20`, with the date if the time is a day or more away: `2026-11-24 13:05:20`.
  ///
  /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
  package static func text(_ milliseconds: Int64) -> String {
    var moment = time_t(milliseconds / 1000)
    var parts = tm()
    guard localtime_r(&moment, &parts) != nil else { return "an unknown time" }
    let isFar = abs(moment - Glibc.time(nil)) >= 86_400
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, isFar ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &parts)
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
