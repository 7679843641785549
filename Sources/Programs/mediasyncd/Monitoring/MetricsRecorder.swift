import ControlProtocol
import EventLoop
import Glibc
import HubClient
import Metering
import SyncCore
import SyncEngine

/// What is counted while the daemon runs. Counting is all that happens: what `metrics` prints is put together when
/// somebody asks.
///
/// Sound as `@unchecked Sendable`: touched on the loop alone.
final class MetricsRecorder: @unchecked Sendable {
  var counters = EngineCounters()
  var traffic = TrafficCounters()
  var heartbeat = HeartbeatCounters()
  private let library: String
  private let started = Instant(milliseconds: WallClock.now)

  init(library: String) { self.library = library }

  /// Everything that is measured, as OpenMetrics text.
  func page(_ status: EngineStatus) -> String {
    var current = MetricsPage.CurrentValues()
    current.library = library
    current.version = Build.version
    current.state = status.state.rawValue
    current.states = EngineStatus.State.allCases.map(\.rawValue)
    current.lastSuccess = status.lastSuccess
    current.nextAttempt = status.nextAttempt
    current.failuresInARow = status.attempt
    current.hubHead = status.hubHead.rawValue
    if let known = status.deviceState {
      current.pending = known.pendingLocal
      current.parked = known.parked
      current.quarantined = known.quarantined
      current.conflicts = known.conflicts
      current.held = known.hold?.rows ?? 0
      current.pulled = known.pulled.rawValue
      current.hubHead = max(status.hubHead, known.pulled).rawValue
    }
    return MetricsPage(current, process(), counters, traffic, heartbeat).text
  }

  private func process() -> MetricsPage.Process {
    var process = MetricsPage.Process()
    process.started = started
    process.residentBytes = Self.residentBytes()
    var used = rusage()
    if getrusage(RUSAGE_SELF.rawValue, &used) == 0 {
      process.processorSeconds = Self.seconds(used.ru_utime) + Self.seconds(used.ru_stime)
    }
    return process
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

  /// The second number of `/proc/self/statm` counts pages.
  private static func residentBytes() -> Int {
    let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 128)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return 0 }
    let numbers = String(decoding: buffer[0..<count], as: UTF8.self).split(separator: " ")
    guard numbers.count > 1, let pages = Int(numbers[1]) else { return 0 }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}

/// The way to the hub, with every request's time and size counted.
final class MeteredHub: HubPort {
  private let hub: HubConnection
  private let recorder: MetricsRecorder

  init(_ hub: HubConnection, recorder: MetricsRecorder) {
    self.hub = hub
    self.recorder = recorder
  }

  func perform(
    _ request: HubRequest, completion: @escaping @Sendable (Result<HubResponse, TransportError>) -> Void
  ) -> RequestTicket {
    let recorder = recorder
    let began = BootClock.now
    return hub.perform(request) { result in
      let bytes = if case .success(let response) = result { Int?(response.body.count) } else { Int?.none }
      recorder.traffic.count(request, received: bytes, took: BootClock.now - began)
      completion(result)
    }
  }

  func cancel(_ ticket: RequestTicket) { hub.cancel(ticket) }

  func progress(of ticket: RequestTicket) -> TransferProgress? { hub.progress(of: ticket) }

  func dropConnections() { hub.dropConnections() }
}
