/// The log level: the lowest level that is written.
package enum ControlLogLevel: String, Codable, Hashable, Sendable, CaseIterable {
  /// Everything.
  case trace
  /// Details that help to find a bug.
  case debug
  /// Normal events.
  case info
  /// Events worth knowing about.
  case notice
  /// Problems that may need action.
  case warning
  /// Problems that need action.
  case error
  /// The daemon cannot continue.
  case critical
}

/// The answer to `log-level`.
package struct LogLevelView: Codable, Hashable, Sendable {
  /// The current level.
  package var level: ControlLogLevel
  /// The configured level, which a restart restores.
  package var configured: ControlLogLevel

  /// - Parameter configured: the level after a restart.
  package init(level: ControlLogLevel, configured: ControlLogLevel) {
    self.level = level
    self.configured = configured
  }

  /// One line for people.
  package var line: String {
    level == configured
      ? "Logging at \(level.rawValue), as configured."
      : "Logging at \(level.rawValue) until the daemon restarts; the configured level is \(configured.rawValue)."
  }
}
