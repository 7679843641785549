/// What a setting's value is, and which values are accepted.
package enum SettingKind: Sendable, Equatable {
  /// The path of a file.
  case path
  /// The path of a Unix socket, which the kernel bounds at 107 bytes.
  case socketPath
  /// A short name without spaces.
  case identifier
  /// An http or https URL that others are joined to.
  case url
  /// An http or https URL that is asked for as it stands.
  case wholeURL
  /// Where to listen.
  case listenAddress
  /// A length of time.
  case duration(ClosedRange<Duration>)
  /// A whole number.
  case count(ClosedRange<Int>)
  /// A part of a whole: a number from 0 to 1.
  case share
  /// A number of bytes.
  case size(ClosedRange<Int>)
  /// One of a few words.
  case choice([String])
  /// A secret: taken from the environment only. In a file stands the path of another file, under `fileKey`.
  case secret(fileKey: String)

  /// What is accepted, for errors and the documentation.
  package var accepted: String {
    switch self {
    case .path: "a path: absolute, from ~/, or relative to the folder of the configuration file"
    case .socketPath: "a path of at most \(Self.socketPathBytes) bytes"
    case .identifier: "1 to 128 letters, digits, dots, colons, hyphens and underscores"
    case .url, .wholeURL: "a URL that begins with http:// or https://"
    case .listenAddress:
      "an absolute path for a Unix socket, or a loopback address and a port: 127.0.0.1:9464, [::1]:9464, localhost:9464"
    case .duration(let bounds):
      "a duration from \(DurationText.format(bounds.lowerBound)) to \(DurationText.format(bounds.upperBound))"
    case .count(let bounds): "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
    case .share: "a number from 0 to 1"
    case .size(let bounds):
      "a size from \(SizeText.format(bounds.lowerBound)) to \(SizeText.format(bounds.upperBound))"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .secret: "visible characters without spaces, in the environment only"
    }
  }

  /// The kind in a word or two, for the documentation.
  package var title: String {
    switch self {
    case .path, .socketPath: "path"
    case .identifier: "text"
    case .url, .wholeURL: "URL"
    case .listenAddress: "address"
    case .duration: "duration"
    case .count: "whole number"
    case .share: "number"
    case .size: "size"
    case .choice: "word"
    case .secret: "secret"
    }
  }

  /// Whether it is a secret, which neither a file nor the command line may hold.
  package var isSecret: Bool { if case .secret = self { true } else { false } }

  /// The most bytes in a socket's path: `sun_path` less its end.
  package static let socketPathBytes = 107
}

/// The least severe messages that are written, from the most talkative to the most silent.
package enum LogLevel: String, Sendable, CaseIterable {
  /// Every step.
  case trace
  /// What helps to find a fault.
  case debug
  /// Transitions.
  case info
  /// Transitions that a person may want to know of.
  case notice
  /// Something is wrong and is being dealt with.
  case warning
  /// Something is wrong and needs a person.
  case error
  /// The daemon cannot go on.
  case critical
}

/// How messages are written.
package enum LogFormat: String, Sendable, CaseIterable {
  /// The journal where standard error is connected to it, else plain lines.
  case auto
  /// The journal, with structured fields.
  case journal
  /// Plain lines on standard error.
  case plain
  /// A JSON object a line on standard error.
  case json
}
