import ControlProtocol
import Glibc
import Settings

/// Checks the configuration file as it is now. A running daemon keeps the configuration it has, but it could
/// not start again with a broken file.
struct ConfigurationCheck {
  let loaded: LoadedSettings
  /// What a reload would do with the file; `nil` if the file has just been read for the first time.
  let reread: Result<ReloadReport, ReloadRefusal>?

  /// Returns the findings; there is always at least one.
  func run() -> [Check] {
    guard let file = loaded.file else {
      return problems ?? [.ok("configuration", "from the environment; no file")]
    }
    return (problems ?? [differing(file) ?? .ok("configuration", "\(file) is valid")]) + openness(file)
  }

  private var problems: [Check]? {
    guard let reread else {
      let problems = CertificateFiles(hub: loaded.settings.hub).problems()
      return problems.isEmpty ? nil : problems.map { .wrong("configuration", .configurationInvalid, $0) }
    }
    guard case .failure(let refusal) = reread else { return nil }
    return refusal.problems.map {
      .wrong("configuration", .configurationInvalid, "\($0) (the earlier configuration is still in effect)")
    }
  }

  private func differing(_ file: String) -> Check? {
    guard case .success(let report) = reread else { return nil }
    var parts: [String] = []
    if !report.changed.isEmpty { parts.append("a reload applies " + report.changed.joined(separator: ", ")) }
    if !report.afterRestart.isEmpty {
      parts.append("a restart applies " + report.afterRestart.joined(separator: ", "))
    }
    guard !parts.isEmpty else { return nil }
    return .note(
      "configuration", .configurationNewer,
      "\(file) is valid but differs from the running configuration: " + parts.joined(separator: "; "),
      todo: report.changed.isEmpty ? "systemctl restart mediasyncd" : "mediasyncctl reload")
  }

  private func openness(_ file: String) -> [Check] {
    var info = stat()
    guard stat(file, &info) == 0, info.st_mode & 0o022 != 0 else { return [] }
    return [
      .wrong(
        "configuration", .configurationOpen, "users other than the owner can write \(file)",
        todo: "chmod go-w \(file)")
    ]
  }
}
