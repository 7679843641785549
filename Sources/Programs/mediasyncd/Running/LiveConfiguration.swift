import ControlProtocol
import HubClient
import Settings

/// Why a new configuration cannot be used.
struct ReloadRefusal: Error, CustomStringConvertible {
  /// Everything that is wrong.
  let problems: [String]

  /// In one line.
  var description: String { problems.joined(separator: "; ") }
}

/// The configuration that counts, and the way to another one: read whole and checked before any of it is taken.
struct LiveConfiguration {
  /// What is built once: the library is open, the socket listens, the log goes where it goes.
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

  /// A configuration that can be used.
  struct Candidate {
    let loaded: LoadedSettings
    let hub: HubConnection.Configuration
    let report: ReloadReport
    /// Another hub than the one that was spoken to.
    let isAnotherHub: Bool
  }

  /// Reads and checks a new configuration; nothing is changed by it.
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

  /// Takes a candidate: it counts from now on.
  mutating func adopt(_ candidate: Candidate) { running = candidate.loaded }
}
