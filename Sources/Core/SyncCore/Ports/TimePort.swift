/// The two clocks that decisions need, read once per event and passed in.
package struct Moment: Hashable, Sendable {
  /// The wall clock: for people, for timestamps, and for a pause that ends at a time of day.
  package var wall: Instant
  /// Time since boot, suspend included: for waiting.
  package var boot: Duration

  /// Takes both readings.
  package init(wall: Instant, boot: Duration) {
    self.wall = wall
    self.boot = boot
  }
}

/// What the engine asks of time and chance.
package protocol TimePort: AnyObject {
  /// Both clocks, now.
  func now() -> Moment
  /// A random number from 0 up to, not including, 1.
  func random() -> Double
  /// A new random identifier (UUID, lower case).
  func randomIdentifier() -> String
  /// Sets the one alarm to a span from now, or takes it off; the engine's `timerFired` is called then.
  func setAlarm(after span: Duration?)
}
