import SyncCore

/// How far a push, a pull or a snapshot has come, for people: what is done, of how much, how fast.
package struct EngineProgress: Hashable, Sendable {
  /// What is being moved.
  package enum Phase: String, Hashable, Sendable {
    /// Local changes to the hub.
    case push
    /// Everyone else's changes from the hub.
    case pull
    /// The hub's whole state.
    case snapshot
  }

  /// What is being moved.
  package let phase: Phase
  /// Changes, in a snapshot rows, moved since the phase began.
  package let done: Int64
  /// How many there are in all, as far as anybody knows by now; `nil` in a snapshot.
  package let total: Int64?
  /// Changes a second of late; `nil` in the first moments.
  package let rate: Double?

  /// How long the rest takes at this rate; `nil` where nobody can tell.
  package var left: Duration? {
    guard let total, let rate, rate > 0 else { return nil }
    return .milliseconds(Int64(min(Double(max(total - done, 0)) / rate * 1000, 3e15)))
  }
}

/// Measures progress from what the cycle and the library say anyway: two numbers are compared, nothing is asked for.
struct ProgressMeter {
  /// Smaller pushes and pulls are over before anybody could read of them.
  static let totalMin: Int64 = 100
  /// The rate is measured over the last samples: so many, so far apart.
  static let samplesMax = 20
  static let sampleSpacing: Duration = .milliseconds(250)
  /// What is measured over less time than this says nothing yet.
  static let rateMin: Duration = .milliseconds(500)

  private var phase: EngineProgress.Phase?
  private var done: Int64 = 0
  private var total: Int64?
  /// Where the phase began; in a push, what was left when last looked.
  private var mark: Int64 = 0
  private var samples: [(at: Duration, done: Int64)] = []

  /// What the cycle and the library say at one moment.
  struct Look {
    /// What is being moved; `nil` where nothing is.
    var phase: EngineProgress.Phase?
    /// Local changes not answered.
    var pending: Int64
    /// Up to where everything is pulled.
    var pulled: Int64
    /// The hub's newest position.
    var head: Int64
    /// Rows of a snapshot.
    var rows: Int64
  }

  /// Looks at the cycle after something happened.
  mutating func observe(_ cycle: Cycle, _ standing: Standing?, at now: Duration) {
    guard let standing, cycle.state != .renewing else { return }
    observe(
      Look(
        phase: Self.phase(cycle.state), pending: Int64(standing.pendingLocal),
        pulled: standing.pulled.rawValue,
        head: cycle.hubHead.rawValue, rows: Int64(cycle.snapshot?.rows ?? 0)), at: now)
  }

  mutating func observe(_ look: Look, at now: Duration) {
    if look.phase != phase {
      phase = look.phase
      done = 0
      total = nil
      mark = look.phase == .push ? look.pending : look.pulled
      samples = []
    }
    switch look.phase {
    case nil: return
    case .push:
      done += max(mark - look.pending, 0)
      mark = look.pending
      total = done + look.pending
    case .pull:
      done = max(look.pulled - mark, 0)
      total = max(look.head - mark, done)
    case .snapshot: done = look.rows
    }
    if let last = samples.last, now - last.at < Self.sampleSpacing { return }
    samples.append((now, done))
    if samples.count > Self.samplesMax { samples.removeFirst() }
  }

  /// What there is to say now; `nil` where nothing is moved, or so little that it is not worth saying.
  func progress(at now: Duration) -> EngineProgress? {
    guard let phase, phase == .snapshot || (total ?? 0) >= Self.totalMin else { return nil }
    var rate: Double?
    if let first = samples.first, now - first.at >= Self.rateMin {
      rate = Double(done - first.done) / (now - first.at).seconds
    }
    return EngineProgress(phase: phase, done: done, total: total, rate: rate)
  }

  private static func phase(_ state: Cycle.State) -> EngineProgress.Phase? {
    switch state {
    case .loading, .sending, .settling: .push
    case .pulling: .pull
    case .snapshotting: .snapshot
    case .resting, .opening, .negotiating, .comparing, .renewing, .onErrand, .listening, .waiting, .blocked,
      .probing, .paused:
      nil
    }
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
