import ControlProtocol
import Glibc
import Settings

/// Looks at the configuration as it stands in its file now: a daemon that runs goes on with the one that it took, and
/// would not come up again with a broken one.
struct ConfigurationCheck {
  let loaded: LoadedSettings
  /// What a reload would make of it; `nil` where it was read only now.
  let reread: Result<ReloadReport, ReloadRefusal>?

  /// What there is to say, at least one line.
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
      .wrong("configuration", .configurationInvalid, "\($0) (what was read before it still counts)")
    }
  }

  private func differing(_ file: String) -> Check? {
    guard case .success(let report) = reread else { return nil }
    var parts: [String] = []
    if !report.changed.isEmpty { parts.append("a reload takes " + report.changed.joined(separator: ", ")) }
    if !report.afterRestart.isEmpty {
      parts.append("a restart takes " + report.afterRestart.joined(separator: ", "))
    }
    guard !parts.isEmpty else { return nil }
    return .note(
      "configuration", .configurationNewer,
      "\(file) is valid and says otherwise than what runs: " + parts.joined(separator: "; "),
      todo: report.changed.isEmpty ? "systemctl restart mediasyncd" : "mediasyncctl reload")
  }

  private func openness(_ file: String) -> [Check] {
    var info = stat()
    guard stat(file, &info) == 0, info.st_mode & 0o022 != 0 else { return [] }
    return [
      .wrong(
        "configuration", .configurationOpen, "\(file) can be written by others than its owner",
        todo: "chmod go-w \(file)")
    ]
  }
}
