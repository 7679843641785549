/// Where a value comes from.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
  /// The command line.
  case flag
  /// A line of a configuration file; 0 where the line is not known.
  case file(path: String, line: Int)
  /// An environment variable.
  case environment(name: String)
  /// Nobody said anything.
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

  /// How an error begins, in the way that compilers and editors know: `/etc/…/mediasyncd.toml:7`.
  var place: String? {
    switch self {
    case .flag: "command line"
    case .file(let path, let line): line > 0 ? "\(path):\(line)" : path
    case .environment(let name): name
    case .standard: nil
    }
  }
}
