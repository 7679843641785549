/// Where the daemon keeps what it remembers outside of the library: systemd's `StateDirectory=`, else the user's own.
enum StateDirectory {
  /// The folder; `nil` if the environment names none.
  static func path(_ environment: [String: String]) -> String? {
    // systemd separates several by colons; ours is the first.
    if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return String(given) }
    if let folder = environment["XDG_STATE_HOME"], folder.hasPrefix("/") { return folder + "/mediasync" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/mediasync"
  }
}
