import EventLoop
import Journal
import Messages
import ServiceHost
import Settings

/// Makes what tells monitors how things are, where the settings want it.
struct MonitoringAssembly {
  let assembly: DaemonAssembly
  let recorder: MetricsRecorder

  /// Serves the metrics over HTTP from now on; `nil` where no address is named.
  func page(_ text: @escaping () -> String) throws(PageServerError) -> PageServer? {
    guard let listen = assembly.settings.metrics.listen else { return nil }
    return try PageServer(loop: assembly.loop, at: PageAddress(listen), path: "/metrics", page: text)
  }

  /// Calls a URL after success. Where it cannot be made, that is said in the log, and it is done without.
  func heartbeat() -> Heartbeat? {
    guard let url = assembly.settings.metrics.heartbeatURL else { return nil }
    do throws(SystemError) {
      return try Heartbeat(loop: assembly.loop, url: url, recorder: recorder, logger: assembly.logger)
    } catch {
      assembly.logger.record(.heartbeatFailed, "there is no heartbeat: \(error)")
      return nil
    }
  }
}

extension PageAddress {
  fileprivate init(_ address: ListenAddress) {
    switch address {
    case .unix(let path): self = .unix(path: path)
    case .ip(let host, let port): self = .ip(host: host, port: port)
    }
  }
}
