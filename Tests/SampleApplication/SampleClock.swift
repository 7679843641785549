import Glibc

/// The source of the application's timestamps: the machine's clock, or one that a seed makes repeatable.
package struct SampleClock: Sendable {
  private var fixed: Int64?
  private let step: Int64
  private var reading: (@Sendable () -> Int64)?

  /// The machine's clock.
  package static var real: SampleClock { SampleClock(fixed: nil, step: 0) }

  /// A clock that begins at the given milliseconds since 1970 and advances by `step` with every reading.
  package static func stepping(from start: Int64, by step: Int64) -> SampleClock {
    SampleClock(fixed: start, step: step)
  }

  /// A clock that calls a function for milliseconds since 1970: a simulation's.
  package static func reading(_ milliseconds: @escaping @Sendable () -> Int64) -> SampleClock {
    var clock = SampleClock(fixed: nil, step: 0)
    clock.reading = milliseconds
    return clock
  }

  private init(fixed: Int64?, step: Int64) {
    self.fixed = fixed
    self.step = step
  }

  /// The current time as the application writes it: `2023-10-27T10:30:00.123Z`.
  package mutating func now() -> String {
    if let reading { return Self.text(reading()) }
    if let current = fixed {
      fixed = current + step
      return Self.text(current)
    }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Self.text(Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Milliseconds since 1970 as a timestamp.
  package static func text(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ value: some BinaryInteger, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let day = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
    let time = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
    return "\(day)T\(time).\(digits(milliseconds % 1000, 3))Z"
  }
}
