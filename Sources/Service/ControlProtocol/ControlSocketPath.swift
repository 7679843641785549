/// The default paths of the control socket.
package enum ControlSocketPath {
  /// The environment variable that overrides the path.
  package static let variable = "MEDIASYNC_CONTROL_SOCKET"
  /// The socket of a system-wide daemon.
  package static let system = "/run/mediasync/control.sock"

  /// The socket of a user's own daemon; `nil` if `XDG_RUNTIME_DIR` is not set.
  package static func user(_ environment: [String: String]) -> String? {
    guard let directory = environment["XDG_RUNTIME_DIR"], !directory.isEmpty else { return nil }
    return directory + "/mediasync/control.sock"
  }

  /// The socket of a user's daemon that the system runs (`mediasyncd@alice.service`); `nil` if `USER` is not
  /// set.
  package static func instance(_ environment: [String: String]) -> String? {
    guard let user = environment["USER"], !user.isEmpty, !user.contains("/") else { return nil }
    return "/run/mediasync@\(user)/control.sock"
  }

  /// Returns the socket for a client, the first of: the variable's; that of its own unit if it runs in one
  /// (`ExecReload=`); the user's own daemon's if it exists; that of the system's daemon for this user if it
  /// exists; the system-wide daemon's.
  package static func forClient(_ environment: [String: String], exists: (String) -> Bool) -> String {
    if let named = environment[variable], !named.isEmpty { return named }
    if let folder = environment["RUNTIME_DIRECTORY"], !folder.isEmpty { return folder + "/control.sock" }
    if let own = user(environment), exists(own) { return own }
    if let own = instance(environment), exists(own) { return own }
    return system
  }
}
