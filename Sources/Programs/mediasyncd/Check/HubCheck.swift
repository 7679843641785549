import ControlProtocol
import EventLoop
import HubClient
import LibraryStore
import SyncCore
import SyncEngine
import SyncWire

/// Asks the hub what it is, as a cycle begins, over a connection of its own. On the loop.
///
/// Sound as `@unchecked Sendable`: touched on the loop alone.
final class HubCheck: @unchecked Sendable {
  /// How far the clocks may differ without anything being said.
  private static let clockTolerance: Duration = .seconds(30)

  private let configuration: HubConnection.Configuration
  private let connection: HubConnection
  private let library: LibraryInspection?

  /// Prepares the question; nothing is sent yet.
  init(
    loop: LoopExecutor, configuration: HubConnection.Configuration, library: LibraryInspection?
  ) throws(SystemError) {
    var configuration = configuration
    configuration.requestTimeout = min(configuration.requestTimeout, .seconds(15))
    self.configuration = configuration
    self.library = library
    connection = try HubConnection(loop: loop, configuration: configuration)
  }

  /// Asks; `completion` gets what was found.
  func run(_ completion: @escaping @Sendable ([Check]) -> Void) {
    // A library that has synced says who it is: a token of another device shows.
    let device = library?.log == nil ? nil : library?.device
    let query = device.map { [HubRequest.QueryItem("device_id", $0.rawValue)] } ?? []
    let asked = WallClock.now
    _ = connection.perform(HubRequest(method: .get, path: Capabilities.path, query: query)) { result in
      switch result {
      case .failure(let error): completion(self.way(failed: error))
      case .success(let response):
        completion(self.way() + self.checks(response, midway: (asked + WallClock.now) / 2))
      }
    }
  }

  private func way(failed error: TransportError) -> [Check] {
    let failure = Failure(error)
    switch error {
    case .untrusted, .withoutTLS, .unusable: return [.wrong("hub", .hubUntrusted, failure.text)]
    case .hostUnknown, .unreachable, .timedOut, .stalled, .tooSlow, .interrupted, .tooLarge:
      return [.wrong("hub", .hubUnreachable, failure.text)]
    }
  }

  private func way() -> [Check] {
    let url = configuration.baseURL
    if url.hasPrefix("https://") { return [.ok("connection", "\(url) answers, over TLS that is trusted")] }
    let host = url.dropFirst("http://".count).prefix { $0 != "/" }
    let isLocal = ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
    return isLocal
      ? [.ok("connection", "\(url) answers, on this machine")]
      : [.note("connection", .hubPlain, "\(url) answers, without TLS")]
  }

  private func checks(_ response: HubResponse, midway: Int64) -> [Check] {
    if let reason = response.reasonToTryLayerOne {
      guard library?.log == nil else {
        return [.wrong("hub", .hubOther, "the server \(reason): it is not this library's hub")]
      }
      return [.note("hub", .hubOld, "the server \(reason)")]
    }
    switch response.status {
    case 200:
      do throws(WireError) {
        return checks(try Capabilities(body: response.body), midway: midway)
      } catch {
        return [.wrong("hub", .hubFails, error.reason)]
      }
    default:
      let failure = Failure(response, mayBeLayerOne: library?.log == nil)
      return failure.kind == .credentials
        ? [.wrong("credential", .hubRefuses, failure.text)] : [.wrong("hub", .hubFails, failure.text)]
    }
  }

  private func checks(_ capabilities: Capabilities, midway: Int64) -> [Check] {
    var checks: [Check] = [.ok("credential", "the hub lets this device in")]
    if let log = library?.log, log != capabilities.logID {
      checks.append(
        .wrong(
          "hub", .hubOther,
          "the hub keeps log \(capabilities.logID), this library is in step with log \(log)"))
    }
    let lacking = [Feature.wait, .checkpoint, .snapshot, .rows, .digest].filter { !capabilities.offers($0) }
    let protocolName = Capabilities.protocolName
    checks.append(
      lacking.isEmpty
        ? .ok("protocol", "\(protocolName), with everything that this daemon uses")
        : .note(
          "protocol", .hubLacks, "\(protocolName), without \(lacking.map(\.rawValue).joined(separator: ", "))"
        ))
    checks.append(clock(capabilities.serverTime, midway: midway))
    return checks
  }

  private func clock(_ serverTime: String, midway: Int64) -> Check {
    guard let time = Instant(serverTime) else { return .ok("clock", "the hub does not say what time it has") }
    let ahead = midway - time.milliseconds
    let difference = Duration.milliseconds(abs(ahead))
    let text =
      "this machine's clock is \(DurationText.text(difference)) \(ahead < 0 ? "behind" : "ahead of") the hub's"
    return difference > Self.clockTolerance ? .wrong("clock", .clockOff, text) : .ok("clock", text)
  }
}
