import Settings

/// Loads settings from texts, without any influence of this machine.
enum Sample {
  /// The sample file's path.
  static let path = "/etc/mediasync/mediasyncd.toml"

  /// A minimal file.
  static let least = """
    [library]
    database = "/srv/library.sqlite"
    [hub]
    url = "http://127.0.0.1:8787/sync"
    """

  /// Loads from one file at the usual place, the environment and flags.
  static func load(
    file: String?, environment: [String: String] = [:], flags: [String: String] = [:]
  ) throws(SettingsError) -> LoadedSettings {
    try SettingsLoader.load(
      flags: flags, environment: environment, workingDirectory: "/work/here",
      read: { path in
        guard path == Self.path, let file else { return .missing }
        return .text(file, mode: 0o644)
      })
  }

  /// The problems of a file, as they are printed.
  static func problems(file: String?, environment: [String: String] = [:]) -> [String] {
    do {
      _ = try load(file: file, environment: environment)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }
}
