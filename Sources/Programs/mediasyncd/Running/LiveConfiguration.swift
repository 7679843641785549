import ControlProtocol
import HubClient
import Settings

/// Why a new configuration cannot be used.
struct ReloadRefusal: Error, CustomStringConvertible {
  /// Every problem, not only the first.
  let problems: [String]

  /// All problems on one line.
  var description: String { problems.joined(separator: "; ") }
}

/// The configuration in effect, and how it is replaced: a new one is read and checked completely before any of
/// it applies.
struct LiveConfiguration {
  /// Settings that only a restart can change: they determine the open library, the socket and the log's
  /// destination.
  private static let builtOnce: Set<String> = [
    "library.database", "library.device_id", "library.poll_interval", "control.socket", "log.format",
  ]

  private let read: () throws(SettingsError) -> LoadedSettings
  private let atStart: LoadedSettings
  private(set) var running: LoadedSettings

  init(_ loaded: LoadedSettings, read: @escaping () throws(SettingsError) -> LoadedSettings) {
    atStart = loaded
    running = loaded
    self.read = read
  }

  /// A new configuration that passed all checks.
  struct Candidate {
    let loaded: LoadedSettings
    let hub: HubConnection.Configuration
    let report: ReloadReport
    /// Whether its hub URL differs from the current one.
    let isAnotherHub: Bool
  }

  /// Reads and checks a new configuration without changing anything.
  func candidate(_ assembly: DaemonAssembly) throws(ReloadRefusal) -> Candidate {
    let loaded: LoadedSettings
    do throws(SettingsError) {
      loaded = try read()
    } catch {
      throw ReloadRefusal(problems: error.problems.map(\.description))
    }
    let problems = CertificateFiles(hub: loaded.settings.hub).problems()
    guard problems.isEmpty else { throw ReloadRefusal(problems: problems) }
    let configuration: HubConnection.Configuration
    do throws(SecretError) {
      configuration = try assembly.with(loaded.settings).hubConfiguration()
    } catch {
      throw ReloadRefusal(problems: [error.description])
    }
    let report = ReloadReport(
      changed: running.names(differingFrom: loaded).filter { !Self.builtOnce.contains($0) },
      afterRestart: atStart.names(differingFrom: loaded).filter { Self.builtOnce.contains($0) })
    return Candidate(
      loaded: loaded, hub: configuration, report: report,
      isAnotherHub: running.settings.hub.url != loaded.settings.hub.url)
  }

  /// Puts a candidate into effect.
  mutating func adopt(_ candidate: Candidate) { running = candidate.loaded }
}
