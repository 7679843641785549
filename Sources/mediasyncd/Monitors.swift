import EventLoop
import Journal
import Messages
import ServiceHost
import Settings

/// Makes what tells monitors how things are, where the settings want it. What cannot be made is said in the log, and
/// done without.
struct Monitors {
  let wiring: Wiring
  let meter: Meter

  /// Serves the metrics over HTTP.
  func page(_ text: @escaping () -> String) -> PageServer? {
    guard let listen = wiring.settings.metrics.listen else { return nil }
    do throws(PageServerError) {
      return try PageServer(loop: wiring.loop, at: PageAddress(listen), path: "/metrics", page: text)
    } catch {
      wiring.logger.record(.metricsNotServed, "the metrics cannot be served at \(error)")
      return nil
    }
  }

  /// Calls a URL after success.
  func heartbeat() -> Heartbeat? {
    guard let url = wiring.settings.metrics.heartbeatURL else { return nil }
    do throws(SystemError) {
      return try Heartbeat(loop: wiring.loop, url: url, meter: meter, logger: wiring.logger)
    } catch {
      wiring.logger.record(.heartbeatFailed, "there is no heartbeat: \(error)")
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
