/// The versions of the control protocol that a program speaks. New verbs, keys, events and error codes need
/// no new version; a changed or removed meaning does (docs/control-protocol.md).
package struct ProtocolRange: Codable, Hashable, Sendable {
  /// The oldest version.
  package var min: Int
  /// The newest version.
  package var max: Int

  /// Both ends belong to the range.
  package init(min: Int, max: Int) {
    self.min = min
    self.max = max
  }

  /// The versions that this build speaks.
  package static let own = ProtocolRange(min: 1, max: 1)

  /// Returns the newest version that both speak; `nil` if there is none.
  package func common(with other: ProtocolRange) -> Int? {
    let newest = Swift.min(max, other.max)
    return newest >= Swift.max(min, other.min) ? newest : nil
  }

  /// The versions, for people: `1`, or `2 to 3`.
  var text: String { min == max ? "\(min)" : "\(min) to \(max)" }
}

/// The greeting, the first line from either end: the program's version and the protocol versions that it
/// speaks. Its form never changes.
package struct ControlHello: Codable, Hashable, Sendable {
  /// The protocol versions that the program speaks.
  package var range: ProtocolRange
  /// The program's own version.
  package var build: String

  enum CodingKeys: String, CodingKey {
    case build
    case range = "protocol"
  }

  /// The defaults describe this build.
  package init(range: ProtocolRange = .own, build: String = Build.version) {
    self.range = range
    self.build = build
  }

  /// Returns what to do if the control tool and the daemon share no version; `nil` if they share one. Both
  /// ends use this text, so that it does not matter which one notices.
  package static func skew(client: ControlHello, daemon: ControlHello) -> String? {
    guard client.range.common(with: daemon.range) == nil else { return nil }
    let builds =
      "mediasyncctl \(SafeText.line(client.build)) speaks control protocol \(client.range.text), "
      + "the daemon \(SafeText.line(daemon.build)) speaks \(daemon.range.text)"
    return daemon.range.max < client.range.min
      ? "\(builds): restart the daemon to run the new version (systemctl restart mediasyncd)"
      : "\(builds): upgrade mediasyncctl"
  }
}
