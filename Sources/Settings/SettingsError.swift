/// One thing that is wrong with the configuration.
package struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
  /// Where it stands; `nil` where it stands nowhere, because it is missing.
  package let origin: Origin?
  /// The key as it was written, or the known key that is concerned.
  package let key: String?
  /// What is wrong and what would be right.
  package let message: String

  /// Takes the three.
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

/// Everything that is wrong with the configuration, in the order in which it was read.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The problems; at least one.
  package let problems: [SettingsProblem]

  /// Takes the problems; at least one.
  package init(_ problems: [SettingsProblem]) {
    precondition(!problems.isEmpty, "an error says what is wrong")
    self.problems = problems
  }

  /// A line a problem.
  package var description: String { problems.map(\.description).joined(separator: "\n") }
}
