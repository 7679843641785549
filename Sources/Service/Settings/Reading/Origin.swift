/// The source of a value.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
  /// The command line.
  case flag
  /// A line of a configuration file; 0 if the line is not known.
  case file(path: String, line: Int)
  /// An environment variable.
  case environment(name: String)
  /// The default.
  case standard

  /// `flag`, `file:/etc/mediasync/mediasyncd.toml:7`, `environment MEDIASYNC_HUB_URL` or `default`.
  package var description: String {
    switch self {
    case .flag: "flag"
    case .file(let path, let line): line > 0 ? "file:\(path):\(line)" : "file:\(path)"
    case .environment(let name): "environment \(name)"
    case .standard: "default"
    }
  }

  /// The start of an error, in the form that compilers and editors use: `/etc/…/mediasyncd.toml:7`.
  var place: String? {
    switch self {
    case .flag: "command line"
    case .file(let path, let line): line > 0 ? "\(path):\(line)" : path
    case .environment(let name): name
    case .standard: nil
    }
  }
}
