/// The type and the accepted values of a setting.
package enum SettingKind: Sendable, Equatable {
  /// The path of a file.
  case path
  /// The path of a Unix socket. The kernel limits it to 107 bytes.
  case socketPath
  /// A short name without spaces.
  case identifier
  /// An http or https base URL, to which the daemon appends paths.
  case url
  /// An http or https URL that the daemon uses unchanged.
  case wholeURL
  /// An address to listen on.
  case listenAddress
  /// A length of time.
  case duration(ClosedRange<Duration>)
  /// A whole number.
  case count(ClosedRange<Int>)
  /// A share: a number from 0 to 1.
  case share
  /// A number of bytes.
  case size(ClosedRange<Int>)
  /// One of a few words.
  case choice([String])
  /// A secret, from the environment only. A configuration file names the secret's file under `fileKey`
  /// instead.
  case secret(fileKey: String)

  /// The accepted values, for errors and the documentation.
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

  /// The type in a word or two, for the documentation.
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

  /// Whether it is a secret, which must not be in the configuration file or on the command line.
  package var isSecret: Bool { if case .secret = self { true } else { false } }

  /// The maximum length of a socket's path in bytes: `sun_path` without its final NUL.
  package static let socketPathBytes = 107
}

/// The lowest level of messages to write, from the most to the least verbose.
package enum LogLevel: String, Sendable, CaseIterable {
  /// Every step.
  case trace
  /// Details that help to find a bug.
  case debug
  /// Changes of the daemon's state.
  case info
  /// Changes of the daemon's state that a person may want to know about.
  case notice
  /// A problem that the daemon handles itself.
  case warning
  /// A problem that someone must fix.
  case error
  /// The daemon cannot continue.
  case critical
}

/// The format of messages.
package enum LogFormat: String, Sendable, CaseIterable {
  /// The journal if standard error is connected to it, else plain lines.
  case auto
  /// The journal, with structured fields.
  case journal
  /// Plain lines on standard error.
  case plain
  /// One JSON object per line on standard error.
  case json
}
