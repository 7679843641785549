import ControlProtocol
import Dispatch
import EventLoop
import Glibc
import HubClient
import LibraryStore
import ServiceHost
import Settings
import SyncCore

/// Looks at everything that this process can see: configuration, credential, library, machine, hub. It changes nothing.
struct HealthCheck: Sendable {
  let loop: LoopExecutor
  let loaded: LoadedSettings
  /// This process is the daemon that works on the library.
  let isDaemon: Bool
  /// What a reload would make of the configuration's file now, where this process has one that it took before.
  var reread: Result<ReloadReport, ReloadRefusal>?

  /// One look at a time: it reads a lot, and whoever may read may ask for one.
  private static let queue = DispatchQueue(label: "mediasync.check")

  /// Looks, and calls `completion` on the loop. Called on the loop; what blocks is done beside it.
  func run(_ completion: @escaping @Sendable (CheckReport) -> Void) {
    var begun = CheckReport()
    begun.configuration = loaded.file
    begun.database = loaded.settings.library.database
    begun.hubURL = loaded.settings.hub.url
    begun.checks = ConfigurationCheck(loaded: loaded, reread: reread).run()
    let report = begun
    Self.queue.async {
      let (checks, inspection) = LibraryCheck(path: loaded.settings.library.database, isDaemon: isDaemon)
        .run()
      loop.run {
        var report = report
        report.checks += checks + [watch()]
        askHub(report, inspection, completion)
      }
    }
  }

  /// Makes a watch as the daemon does, and lets it go again.
  private func watch() -> Check {
    // Only what the limits can help with is told together with them.
    let limits =
      "limits: \(WatchLimits.watches.map(String.init) ?? "?") watches, \(WatchLimits.instances.map(String.init) ?? "?") instances a user"
    do throws(SystemError) {
      _ = try LibraryWatcher(loop: loop, path: loaded.settings.library.database) { _ in }
      return .ok("inotify", "the library's folder can be watched (\(limits))")
    } catch {
      guard [EACCES, EPERM].contains(error.number) else {
        return .wrong("inotify", .unwatchable, "\(error) (\(limits))")
      }
      return .wrong("inotify", .libraryUnusable, "this user may not watch the library's folder (\(error))")
    }
  }

  private func askHub(
    _ report: CheckReport, _ inspection: LibraryInspection?,
    _ completion: @escaping @Sendable (CheckReport) -> Void
  ) {
    var report = report
    let configuration: HubConnection.Configuration
    do throws(SecretError) {
      configuration = try DaemonAssembly.hubConfiguration(loaded.settings)
    } catch {
      report.checks.append(.wrong("credential", .credentialUnusable, error.description))
      return completion(report)
    }
    if configuration.bearerToken == nil, configuration.apiKey == nil {
      report.checks.append(
        .note("credential", .credentialMissing, "neither a token nor an API key is configured"))
    }
    let begun = report
    do throws(SystemError) {
      let hub = try HubCheck(loop: loop, configuration: configuration, library: inspection)
      hub.run { checks in
        var report = begun
        report.checks += checks
        // It lives until its answer is here.
        withExtendedLifetime(hub) { completion(report) }
      }
    } catch {
      report.checks.append(.wrong("hub", .checkFailed, "the hub could not be asked: \(error)"))
      completion(report)
    }
  }
}
