/// What all clocks showed at one moment.
package struct ClockReading: Hashable, Sendable {
  /// The wall clock, since 1970.
  package var wall: Duration
  /// Since boot, time asleep included.
  package var boot: Duration
  /// Since boot, time asleep left out.
  package var awake: Duration

  /// Takes all three.
  package init(wall: Duration, boot: Duration, awake: Duration) {
    self.wall = wall
    self.boot = boot
    self.awake = awake
  }

  /// The machine's clocks.
  package static var now: ClockReading {
    ClockReading(wall: .milliseconds(WallClock.now), boot: BootClock.now, awake: WakingClock.now)
  }
}

/// What the clocks have been through.
package enum ClockEvent: Hashable, Sendable {
  /// The machine slept for so long.
  case slept(Duration)
  /// The wall clock was set, by so much.
  case set(by: Duration)
}

/// Compares the clocks with what they showed before.
///
/// Sound as `@unchecked Sendable`: whoever owns it uses it on one queue alone.
package final class ClockComparison: @unchecked Sendable {
  /// What is less is the time between two readings, or a correction that nobody notices.
  static let least: Duration = .milliseconds(500)

  private var last: ClockReading

  /// Begins with a reading.
  package init(since reading: ClockReading) { last = reading }

  /// What has happened since the reading before.
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
