/// Which versions of the control protocol a program speaks. New verbs, keys, events and error codes are not a new
/// version; what changes or takes away a meaning is (docs/control-protocol.md).
package struct ProtocolRange: Codable, Hashable, Sendable {
  /// The oldest.
  package var min: Int
  /// The newest.
  package var max: Int

  /// Takes both ends.
  package init(min: Int, max: Int) {
    self.min = min
    self.max = max
  }

  /// What this build speaks.
  package static let own = ProtocolRange(min: 1, max: 1)

  /// The newest version that both speak.
  package func common(with other: ProtocolRange) -> Int? {
    let newest = Swift.min(max, other.max)
    return newest >= Swift.max(min, other.min) ? newest : nil
  }

  /// The versions for people: `1`, or `2 to 3`.
  var text: String { min == max ? "\(min)" : "\(min) to \(max)" }
}

/// The first line from either end: who speaks, and which versions of the protocol. Its form never changes.
package struct ControlHello: Codable, Hashable, Sendable {
  /// The versions that it speaks.
  package var range: ProtocolRange
  /// The program's own version.
  package var build: String

  enum CodingKeys: String, CodingKey {
    case build
    case range = "protocol"
  }

  /// Takes both.
  package init(range: ProtocolRange = .own, build: String = Build.version) {
    self.range = range
    self.build = build
  }

  /// What to do where a control tool and a daemon have no version in common; `nil` where they have one. Both ends
  /// say it in these words, so that it does not matter which of them noticed.
  package static func skew(client: ControlHello, daemon: ControlHello) -> String? {
    guard client.range.common(with: daemon.range) == nil else { return nil }
    let builds =
      "mediasyncctl \(SafeText.line(client.build)) speaks control protocol \(client.range.text), "
      + "the daemon \(SafeText.line(daemon.build)) speaks \(daemon.range.text)"
    return daemon.range.max < client.range.min
      ? "\(builds): restart the daemon to bring it up to date (systemctl restart mediasyncd)"
      : "\(builds): upgrade mediasyncctl"
  }
}
