/// How much is logged: the least level that is written.
package enum ControlLogLevel: String, Codable, Hashable, Sendable, CaseIterable {
  /// Everything.
  case trace
  /// What helps to find a fault.
  case debug
  /// What happens.
  case info
  /// What is worth knowing.
  case notice
  /// What may need someone.
  case warning
  /// What needs someone.
  case error
  /// What cannot go on.
  case critical
}

/// The answer to `log-level`.
package struct LogLevelView: Codable, Hashable, Sendable {
  /// What is logged now.
  package var level: ControlLogLevel
  /// What the configuration says, and a restart brings back.
  package var configured: ControlLogLevel

  /// Takes both.
  package init(level: ControlLogLevel, configured: ControlLogLevel) {
    self.level = level
    self.configured = configured
  }

  /// As people read it.
  package var line: String {
    level == configured
      ? "Logging at \(level.rawValue), as configured."
      : "Logging at \(level.rawValue) until the daemon restarts; configured is \(configured.rawValue)."
  }
}
