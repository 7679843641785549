import ControlProtocol
import EventLoop
import HubClient
import Journal
import Logging
import Messages
import SyncCore

/// Calls a URL after everything was found pushed and pulled, for a monitor that raises the alarm when the calls stop.
/// It has no timer of its own, and a failure of the monitor's is no failure of ours.
///
/// Sound as `@unchecked Sendable`: touched on the loop alone.
final class Heartbeat: @unchecked Sendable {
  /// The least time from one call to the next. Less than a minute, so that a check every 60 s calls every time.
  static let pause: Duration = .seconds(50)

  private let connection: HubConnection
  private let host: String
  private let recorder: MetricsRecorder
  private let logger: Logger
  private var lastCall: Duration?
  private var isCalling = false
  private var isFailing = false

  init(loop: LoopExecutor, url: String, recorder: MetricsRecorder, logger: Logger) throws(SystemError) {
    // A connection of its own: the hub's secrets are the hub's.
    let configuration = HubConnection.Configuration(
      wholeURL: url, requestTimeout: .seconds(15), userAgent: "mediasyncd/\(Build.version)")
    connection = try HubConnection(loop: loop, configuration: configuration)
    host = configuration.host
    self.recorder = recorder
    self.logger = logger
  }

  /// Everything was found pushed and pulled.
  func succeeded() {
    let now = BootClock.now
    guard !isCalling, lastCall.map({ now - $0 >= Self.pause }) ?? true else { return }
    lastCall = now
    isCalling = true
    _ = connection.perform(HubRequest(method: .get, path: "")) { [weak self] result in self?.ended(result) }
  }

  private func ended(_ result: Result<HubResponse, TransportError>) {
    isCalling = false
    switch result {
    case .success(let response) where (200..<300).contains(response.status):
      recorder.heartbeat.succeeded += 1
      if isFailing { logger.record(.heartbeatBack) }
      isFailing = false
    case .success(let response): failed("HTTP \(response.status)")
    case .failure(let error): failed(Self.reason(error))
    }
  }

  private static func reason(_ error: TransportError) -> String {
    switch error {
    case .hostUnknown: "no address for it"
    case .unreachable(let detail), .interrupted(let detail), .unusable(let detail): detail
    case .timedOut(let span): "no answer within \(span.components.seconds) s"
    case .untrusted(let detail), .withoutTLS(let detail): "TLS: \(detail)"
    case .stalled, .tooSlow: "its answer does not come to an end"
    case .tooLarge: "its answer is too long"
    }
  }

  /// Says so once. Only the host is named: who knows the rest of the URL can call it.
  private func failed(_ reason: String) {
    recorder.heartbeat.failed += 1
    guard !isFailing else { return }
    isFailing = true
    logger.record(
      .heartbeatFailed, "the heartbeat at \(host) fails (\(reason)); it is tried again after every success")
  }
}
