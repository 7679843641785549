import CLinux

/// The time since boot, time asleep included. Every wait is measured on it.
package enum BootClock {
  /// Time since boot.
  package static var now: Duration { .nanoseconds(clinux_now_boottime_ns()) }
}

/// The time since boot that the machine was awake.
package enum WakingClock {
  /// Time awake since boot.
  package static var now: Duration { .nanoseconds(clinux_now_monotonic_ns()) }
}

/// The time of day, which somebody may set at any moment: for people and for the wire, never for waiting.
package enum WallClock {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package static var now: Int64 { clinux_now_realtime_ms() }
}
