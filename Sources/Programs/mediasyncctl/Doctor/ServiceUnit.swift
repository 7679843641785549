import ControlProtocol
import FoundationEssentials
import Glibc

/// The daemon's unit, as systemd reports it.
struct ServiceUnit {
  /// The unit's name.
  let name: String
  /// Whether it belongs to this user's own systemd.
  let isUsers: Bool
  private let properties: [String: String]

  private static let asked = [
    "LoadState", "ActiveState", "SubState", "UnitFileState", "NRestarts", "Result", "User", "ProtectSystem",
    "ProtectHome", "ReadWritePaths", "BindPaths", "StateDirectory", "ActiveEnterTimestamp",
  ]

  private init?(_ name: String, isUsers: Bool) {
    let arguments =
      ["systemctl"] + (isUsers ? ["--user"] : []) + [
        "show", "--no-pager", "--property", Self.asked.joined(separator: ","), name,
      ]
    guard let end = ChildProgram(arguments: arguments).run(within: 20), end.code == 0 else { return nil }
    self.name = name
    self.isUsers = isUsers
    properties = Dictionary(
      end.output.split(separator: "\n").compactMap { line in
        line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
      }, uniquingKeysWith: { $0 + " " + $1 })
    guard self["LoadState"] == "loaded" else { return nil }
  }

  /// Whether this machine runs systemd (sd_booted(3)).
  static var isSystemdHere: Bool { access("/run/systemd/system", F_OK) == 0 }

  /// Returns the unit for this user: the named one, else the first that is active or enabled, else the first
  /// that is installed. Returns `nil` if there is none.
  static func find(named: String?, environment: [String: String]) -> ServiceUnit? {
    if let named { return ServiceUnit(named, isUsers: false) ?? ServiceUnit(named, isUsers: true) }
    var found: [ServiceUnit] = []
    if geteuid() != 0 {
      if let unit = ServiceUnit("mediasyncd.service", isUsers: true) { found.append(unit) }
      if let user = environment["USER"], !user.isEmpty,
        let unit = ServiceUnit("mediasyncd@\(user).service", isUsers: false)
      {
        found.append(unit)
      }
    }
    if let unit = ServiceUnit("mediasyncd.service", isUsers: false) { found.append(unit) }
    return found.first { $0.isActive || $0["UnitFileState"] == "enabled" } ?? found.first
  }

  /// The value of a property; empty if systemd does not report it.
  subscript(_ property: String) -> String { properties[property] ?? "" }

  /// Whether it runs or starts.
  var isActive: Bool { ["active", "activating", "reloading"].contains(self["ActiveState"]) }

  /// The daemon's user, from `User=`; `nil` if the unit does not set one.
  var user: String? { self["User"].isEmpty ? nil : self["User"] }

  /// The file that systemd passes to the daemon as its token. This reads the unit's lines, because `systemctl
  /// show` does not print the property.
  var tokenFile: String? {
    let manager = isUsers ? ["--user"] : []
    guard
      let end = ChildProgram(arguments: ["systemctl"] + manager + ["cat", "--no-pager", name]).run(within: 20)
    else { return nil }
    var file: String?
    for line in end.output.split(separator: "\n") where line.hasPrefix("LoadCredential=") {
      let value = line.dropFirst("LoadCredential=".count)
      // An empty value resets all previous ones.
      if value.isEmpty { file = nil }
      if value.hasPrefix("token:/") { file = String(value.dropFirst("token:".count)) }
    }
    return file
  }

  /// Checks the unit's state.
  func checks() -> [Check] {
    var checks = [state()]
    if let restarts = Int(self["NRestarts"]), restarts > 0, isActive {
      checks.append(
        .note("unit", .unitRestarting, "systemd restarted \(name) \(restarts) times after failures"))
    }
    let isStarted = isEnabled(name) || (isEnabled("mediasyncd.socket") && name == "mediasyncd.service")
    if !isStarted { checks.append(.note("unit", .unitDisabled, "\(name) is \(self["UnitFileState"])")) }
    return checks
  }

  private func state() -> Check {
    let since = self["ActiveEnterTimestamp"].isEmpty ? "" : " since " + self["ActiveEnterTimestamp"]
    switch self["ActiveState"] {
    case "active", "reloading": return .ok("unit", "\(name) is active\(since)")
    case "activating":
      return self["SubState"] == "auto-restart"
        ? .wrong("unit", .unitFailed, "\(name) fails and restarts repeatedly (\(self["Result"]))")
        : .ok("unit", "\(name) is starting")
    case "failed": return .wrong("unit", .unitFailed, "\(name) has failed (\(self["Result"]))")
    default: return .wrong("unit", .unitInactive, "\(name) is \(self["ActiveState"])")
    }
  }

  private func isEnabled(_ unit: String) -> Bool {
    let state =
      unit == name ? self["UnitFileState"] : ServiceUnit(unit, isUsers: isUsers)?["UnitFileState"] ?? ""
    return ["enabled", "enabled-runtime", "static", "linked", "alias", "generated", "transient"].contains(
      state)
  }

  /// Checks whether the unit's sandbox lets the daemon write to the library's folder. Returns `nil` if the
  /// sandbox does not restrict it.
  func sandbox(library: String) -> Check? {
    guard let slash = library.lastIndex(of: "/"), slash != library.startIndex else { return nil }
    let folder = String(library[..<slash])
    let writable =
      (self["ReadWritePaths"] + " " + self["BindPaths"]).split(separator: " ").map { path in
        // `-/path` need not exist. In `/from:/to` the daemon sees the second path.
        String(path.drop { $0 == "-" || $0 == "+" }).split(separator: ":").dropFirst().first.map(String.init)
          ?? String(path.drop { $0 == "-" || $0 == "+" })
      } + self["StateDirectory"].split(separator: " ").map { "/var/lib/\($0)" }
    let isNamed = writable.contains { folder == $0 || folder.hasPrefix($0 + "/") }
    let isHome = ["/home/", "/root/", "/run/user/"].contains { (folder + "/").hasPrefix($0) }
    let isHidden = isHome && ["yes", "tmpfs", "read-only"].contains(self["ProtectHome"])
    guard self["ProtectSystem"] == "strict" || isHidden else { return nil }
    guard !isNamed else { return .ok("sandbox", "\(name) lets the daemon write to \(folder)") }
    return .wrong(
      "sandbox", .unitHidesLibrary, "\(name) does not let the daemon write to \(folder)",
      todo:
        "Run systemctl edit \(name) and add below [Service]: \(isHidden ? "BindPaths" : "ReadWritePaths")=\(folder). Then "
        + "run systemctl restart \(name).")
  }
}
