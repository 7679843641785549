/// Where the control socket is, unless somebody says otherwise.
package enum ControlSocketPath {
  /// The variable that names the socket.
  package static let variable = "MEDIASYNC_CONTROL_SOCKET"
  /// The socket of a system-wide daemon.
  package static let system = "/run/mediasync/control.sock"

  /// The socket of a daemon of one's own; `nil` without `XDG_RUNTIME_DIR`.
  package static func user(_ environment: [String: String]) -> String? {
    guard let directory = environment["XDG_RUNTIME_DIR"], !directory.isEmpty else { return nil }
    return directory + "/mediasync/control.sock"
  }

  /// The socket of a user's daemon that the system runs (`mediasyncd@alice.service`); `nil` without `USER`.
  package static func instance(_ environment: [String: String]) -> String? {
    guard let user = environment["USER"], !user.isEmpty, !user.contains("/") else { return nil }
    return "/run/mediasync@\(user)/control.sock"
  }

  /// Where a client looks: the variable, else its own unit's where it runs in one (`ExecReload=`), else one's own
  /// daemon's where it exists, else the one that the system runs for this user where that exists, else the system's.
  package static func forClient(_ environment: [String: String], exists: (String) -> Bool) -> String {
    if let named = environment[variable], !named.isEmpty { return named }
    if let folder = environment["RUNTIME_DIRECTORY"], !folder.isEmpty { return folder + "/control.sock" }
    if let own = user(environment), exists(own) { return own }
    if let own = instance(environment), exists(own) { return own }
    return system
  }
}
