/// The readings of all clocks at one moment.
package struct ClockReading: Hashable, Sendable {
  /// The wall clock, since 1970.
  package var wall: Duration
  /// Since boot, time asleep included.
  package var boot: Duration
  /// Since boot, time asleep excluded.
  package var awake: Duration

  /// Takes all three readings.
  package init(wall: Duration, boot: Duration, awake: Duration) {
    self.wall = wall
    self.boot = boot
    self.awake = awake
  }

  /// Reads the machine's clocks.
  package static var now: ClockReading {
    ClockReading(wall: .milliseconds(WallClock.now), boot: BootClock.now, awake: WakingClock.now)
  }
}

/// What happened to the clocks.
package enum ClockEvent: Hashable, Sendable {
  /// The machine slept for this long.
  case slept(Duration)
  /// The wall clock was set, by this span.
  case set(by: Duration)
}

/// Compares the clocks with their previous readings.
///
/// `@unchecked Sendable` is sound because the owner uses it on one queue only.
package final class ClockComparison: @unchecked Sendable {
  /// Smaller differences are the time between two readings, or a correction too small to matter.
  static let least: Duration = .milliseconds(500)

  private var last: ClockReading

  /// Starts with a reading.
  package init(since reading: ClockReading) { last = reading }

  /// Returns what has happened since the previous reading.
  package func compare(_ reading: ClockReading) -> [ClockEvent] {
    defer { last = reading }
    var news: [ClockEvent] = []
    let passed = reading.boot - last.boot
    let slept = passed - (reading.awake - last.awake)
    if slept >= Self.least { news.append(.slept(slept)) }
    let jump = reading.wall - last.wall - passed
    if jump >= Self.least || jump <= .zero - Self.least { news.append(.set(by: jump)) }
    return news
  }
}
