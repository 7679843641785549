import SyncCore
import SyncEngine

/// A hub that answers when the test says so, with the test's answer.
///
/// Sound as `@unchecked Sendable`, like every scripted port: a test runs on one thread from beginning to end.
final class ScriptedHub: HubPort, @unchecked Sendable {
  typealias Completion = @Sendable (Result<HubResponse, TransportError>) -> Void

  /// All requests, in order.
  private(set) var requests: [HubRequest] = []
  private(set) var timesDropped = 0
  private var awaited: [(ticket: RequestTicket, request: HubRequest, completion: Completion)] = []

  /// The requests that wait for an answer.
  var waiting: [HubRequest] { awaited.map(\.request) }

  func perform(_ request: HubRequest, completion: @escaping Completion) -> RequestTicket {
    requests.append(request)
    let ticket = RequestTicket(number: UInt64(requests.count))
    awaited.append((ticket, request, completion))
    return ticket
  }

  func cancel(_ ticket: RequestTicket) { awaited.removeAll { $0.ticket == ticket } }
  func dropConnections() { timesDropped += 1 }

  /// Answers the oldest waiting request.
  func answer(_ result: Result<HubResponse, TransportError>) {
    guard !awaited.isEmpty else { return }
    awaited.removeFirst().completion(result)
  }

  func answer(_ status: Int, _ body: String = "", retryAfter: Duration? = nil, hadCredentials: Bool = true) {
    answer(
      .success(
        HubResponse(
          status: status, retryAfter: retryAfter, body: Array(body.utf8), hadCredentials: hadCredentials)))
  }

  /// A problem document.
  func refuse(_ status: Int, _ code: String) {
    answer(status, #"{"status":\#(status),"code":"\#(code)","detail":"no"}"#)
  }

  static let log = "11111111-2222-4333-8444-555555555555"

  static func capabilities(log: String = log) -> String {
    #"{"protocol":"mediasync/1","log_id":"\#(log)","max_batch":2000,"max_bytes":8388608,"min_change_id":0,"#
      + #""server_time":"2026-01-01T00:00:00Z","features":["verdicts","wait","snapshot","rows","digest","witness"]}"#
  }

  /// A page with the given number of media entries.
  static func page(_ count: Int = 0, next: Int64, latest: Int64? = nil, more: Bool = false, log: String = log)
    -> String
  {
    let entries = (0..<count).map { index in
      let id = next - Int64(count - 1 - index)
      return #"{"change_id":\#(id),"entity":"Media","entity_uuid":"m\#(id)","operation":"create","#
        + #""timestamp":"2026-01-01T00:00:00.000Z","server_timestamp":"2026-01-01T00:00:00.000Z","#
        + #""client_id":"other","version":1,"payload":"{\"uuid\":\"m\#(id)\"}"}"#
    }
    return
      #"{"changes":[\#(entries.joined(separator: ","))],"latest_change_id":\#(latest ?? next),"next":\#(next),"#
      + #""has_more":\#(more),"log_id":"\#(log)","chain":"c\#(next)","server_time":"2026-01-01T00:00:00Z"}"#
  }
}

/// Clocks and an alarm that the test sets.
final class ScriptedTime: TimePort, @unchecked Sendable {
  var boot: Duration = .seconds(100)
  var wall = Instant(milliseconds: 1_767_225_600_000)
  /// When the alarm rings, on the boot clock.
  private(set) var alarm: Duration?
  var chance = 0.5

  func now() -> Moment { Moment(wall: wall, boot: boot) }
  func random() -> Double { chance }
  func randomIdentifier() -> String { "00000000-0000-4000-8000-000000000000" }
  func setAlarm(after span: Duration?) { alarm = span.map { boot + $0 } }

  func advance(_ span: Duration) {
    boot += span
    wall = wall + span
  }
}

/// Work outside the loop that runs at once.
final class ImmediateWork: WorkPort {
  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable () -> Outcome, completion: @escaping @Sendable (Outcome) -> Void
  ) { completion(work()) }
}

/// Keeps what the engine reports.
final class Listener: EngineObserver, @unchecked Sendable {
  var transitions: [Transition] = []
  var outcomes: [CycleOutcome] = []
  var statuses: [EngineStatus] = []

  func report(_ transition: Transition, cycle: Int) { transitions.append(transition) }
  func statusChanged(_ status: EngineStatus) { statuses.append(status) }
  func finished(_ outcome: CycleOutcome, took duration: Duration?) { outcomes.append(outcome) }
}

/// The thread of the test is the loop.
final class TestLoop: SerialExecutor, @unchecked Sendable {
  func enqueue(_ job: consuming ExecutorJob) {
    UnownedJob(job).runSynchronously(on: asUnownedSerialExecutor())
  }
  func checkIsolated() {}
  func isIsolatingCurrentContext() -> Bool? { true }
}
