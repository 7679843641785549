import Glibc

/// A moment as this machine's clock on the wall shows it.
package enum LocalTime {
  /// `13:05:20`, with the date before it where it is not within the next day: `2026-11-24 13:05:20`.
  /// `milliseconds` since 1970-01-01T00:00:00Z.
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
