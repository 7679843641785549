/// One problem in the configuration.
package struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
  /// The source of the faulty value; `nil` if a value is missing.
  package let origin: Origin?
  /// The key as written, or the known key that has the problem.
  package let key: String?
  /// What is wrong and what to write instead.
  package let message: String

  /// Creates a problem. `key` is `nil` if it concerns the whole source.
  package init(_ origin: Origin?, key: String?, _ message: String) {
    self.origin = origin
    self.key = key
    self.message = message
  }

  /// One line: `/etc/mediasync/mediasyncd.toml:7: hub.urll: unknown key; did you mean hub.url?`
  package var description: String {
    [origin?.place, key, message].compactMap { $0 }.joined(separator: ": ")
  }
}

/// All problems in the configuration, in the order in which it was read.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The problems; at least one.
  package let problems: [SettingsProblem]

  /// - Parameter problems: at least one.
  package init(_ problems: [SettingsProblem]) {
    precondition(!problems.isEmpty, "an error says what is wrong")
    self.problems = problems
  }

  /// One line for each problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
