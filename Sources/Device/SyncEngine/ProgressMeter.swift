import SyncCore

/// The progress of a push, a pull or a snapshot, for people: how much is done, of how much, how fast.
package struct EngineProgress: Hashable, Sendable {
  /// What is being transferred.
  package enum Phase: String, Hashable, Sendable {
    /// Local changes to the hub.
    case push
    /// Other devices' changes from the hub.
    case pull
    /// The hub's whole state.
    case snapshot
  }

  /// What is being transferred.
  package let phase: Phase
  /// Changes (in a snapshot: rows) transferred since the phase began.
  package let done: Int64
  /// The total, as far as it is known; `nil` in a snapshot, and if nobody counts.
  package let total: Int64?
  /// Recent changes per second; `nil` in the first moments.
  package let rate: Double?
  /// The progress of the request under way, if it is large.
  package var transfer: TransferProgress?

  /// The time left at this rate; `nil` if it is unknown.
  package var left: Duration? {
    guard let total, let rate, rate > 0 else { return nil }
    return .milliseconds(Int64(min(Double(max(total - done, 0)) / rate * 1000, 3e15)))
  }
}

/// Measures progress from numbers that the cycle and the library provide anyway, without extra requests. Push
/// and pull take turns, so both are measured from where the first of them began. The one with more left is
/// reported.
struct ProgressMeter {
  /// Smaller pushes and pulls end before anybody could read about them.
  static let totalMin: Int64 = 100
  /// So do smaller requests and replies.
  static let bytesMin: Int64 = 256 << 10
  /// The rate is measured over the last samples: at most this many, at least this far apart.
  static let samplesMax = 20
  static let sampleSpacing: Duration = .milliseconds(250)
  /// A measurement over less time than this means nothing yet.
  static let rateMin: Duration = .milliseconds(500)

  private var phase: EngineProgress.Phase?
  private var push = Gauge()
  private var pull = Gauge()
  private var snapshot = Gauge()

  /// The numbers of the cycle and the library at one moment.
  struct Reading {
    /// What is being transferred; `nil` if nothing is.
    var phase: EngineProgress.Phase?
    /// Unacknowledged local changes.
    var pending: Int64
    /// The pulled cursor.
    var pulled: Int64
    /// The hub's newest position.
    var head: Int64
    /// Rows of a snapshot.
    var rows: Int64
  }

  /// One direction.
  private struct Gauge {
    var done: Int64 = 0
    var total: Int64?
    /// The position at the start; in a push, what was left at the last observation.
    var mark: Int64 = 0
    private var samples: [(at: Duration, done: Int64)] = []

    init(mark: Int64 = 0) { self.mark = mark }

    var left: Int64 { max((total ?? 0) - done, 0) }

    mutating func sample(at now: Duration) {
      if let last = samples.last, now - last.at < sampleSpacing { return }
      samples.append((now, done))
      if samples.count > samplesMax { samples.removeFirst() }
    }

    func rate(at now: Duration) -> Double? {
      guard let first = samples.first, now - first.at >= rateMin else { return nil }
      return Double(done - first.done) / (now - first.at).seconds
    }
  }

  /// Observes the cycle after an event.
  mutating func observe(_ cycle: Cycle, _ deviceState: DeviceState?, at now: Duration) {
    guard let deviceState, cycle.state != .renewing else { return }
    observe(
      Reading(
        phase: Self.phase(cycle.state), pending: Int64(deviceState.pendingLocal),
        pulled: deviceState.pulled.rawValue,
        head: cycle.hubHead.rawValue, rows: Int64(cycle.snapshot?.rows ?? 0)), at: now)
  }

  mutating func observe(_ reading: Reading, at now: Duration) {
    if phase == nil || (phase == .snapshot) != (reading.phase == .snapshot) {
      push = Gauge(mark: reading.pending)
      pull = Gauge(mark: reading.pulled)
      snapshot = Gauge()
    }
    phase = reading.phase
    switch reading.phase {
    case nil: return
    case .push, .pull:
      push.done += max(push.mark - reading.pending, 0)
      push.mark = reading.pending
      push.total = push.done + reading.pending
      pull.done = max(reading.pulled - pull.mark, 0)
      pull.total = max(reading.head - pull.mark, pull.done)
      push.sample(at: now)
      pull.sample(at: now)
    case .snapshot:
      snapshot.done = reading.rows
      snapshot.sample(at: now)
    }
  }

  /// Returns the progress to report; `nil` if nothing is transferred, or too little to report.
  ///
  /// - Parameter transfer: the progress of the largest request under way.
  func progress(at now: Duration, transfer: TransferProgress? = nil) -> EngineProgress? {
    guard let phase else { return nil }
    var progress = counted(phase, at: now)
    guard let transfer, max(transfer.done, transfer.total ?? 0) >= Self.bytesMin else { return progress }
    progress = progress ?? EngineProgress(phase: phase, done: 0, total: nil, rate: nil)
    progress?.transfer = transfer
    return progress
  }

  private func counted(_ phase: EngineProgress.Phase, at now: Duration) -> EngineProgress? {
    if phase == .snapshot {
      return EngineProgress(phase: phase, done: snapshot.done, total: nil, rate: snapshot.rate(at: now))
    }
    let gauges: [(phase: EngineProgress.Phase, gauge: Gauge)] = [(.push, push), (.pull, pull)]
    let told = gauges.filter {
      ($0.gauge.total ?? 0) >= Self.totalMin && ($0.gauge.left > 0 || $0.phase == phase)
    }
    guard let most = told.max(by: { $0.gauge.left < $1.gauge.left }) else { return nil }
    return EngineProgress(
      phase: most.phase, done: most.gauge.done, total: most.gauge.total, rate: most.gauge.rate(at: now))
  }

  private static func phase(_ state: Cycle.State) -> EngineProgress.Phase? {
    switch state {
    case .loading, .sending, .completingPush: .push
    case .pulling: .pull
    case .snapshotting: .snapshot
    case .resting, .opening, .negotiating, .comparing, .renewing, .onTask, .listening, .waiting, .blocked,
      .probing, .paused:
      nil
    }
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
