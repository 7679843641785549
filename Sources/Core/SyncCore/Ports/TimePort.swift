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

/// What the engine needs of clocks and randomness.
package protocol TimePort: AnyObject {
  /// Reads both clocks.
  func now() -> Moment
  /// Returns a random number, at least 0 and below 1.
  func random() -> Double
  /// Returns a new random identifier (UUID, lower case).
  func randomIdentifier() -> String
  /// Sets the only alarm to a span from now; `nil` disarms it. When it rings, the port calls the engine's
  /// `timerFired`.
  func setAlarm(after span: Duration?)
}
