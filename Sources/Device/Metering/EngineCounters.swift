import SyncCore

/// Counts what the engine has done since the daemon started. It counts events as they pass; it asks for
/// nothing and wakes nothing up.
package struct EngineCounters: Sendable {
  /// Changes of this library that the hub accepted or already had.
  package private(set) var pushed = 0
  /// Rows of others that were written here, or that already had the same content.
  package private(set) var pulled = 0
  /// Columns of this library that lost.
  package private(set) var conflicts = 0
  /// Changes of this library that were quarantined.
  package private(set) var quarantinedPushes = 0
  /// Entries of the hub that were quarantined.
  package private(set) var quarantinedPulls = 0
  /// Snapshots started.
  package private(set) var snapshots = 0
  /// Failures by kind.
  package private(set) var failures: [Failure.Kind: Int] = [:]
  /// Cycles by how they ended.
  package private(set) var cycles: [Ending: Int] = [:]
  /// The durations of all cycles except paused ones.
  package private(set) var cycleDurations = Histogram(bounds: [
    0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800,
  ])

  /// How a cycle ended.
  package enum Ending: String, CaseIterable, Sendable {
    /// Everything is pushed and pulled.
    case inStep = "in-step"
    /// Everything is pushed; the changes of others are held.
    case held
    /// The daemon will try again.
    case failed
    /// The daemon waits until somebody acts.
    case blocked
    /// A person paused it.
    case paused
  }

  /// Starts with nothing counted.
  package init() {}

  /// Counts the work that an event reports.
  package mutating func count(_ event: Event) {
    switch event {
    case .pushCompleted(let result):
      pushed += result.accepted
      conflicts += result.conflicts
      quarantinedPushes += result.quarantined
    case .applied(let applied): count(applied)
    case .snapshotTaken(let step): count(step.applied)
    case .snapshotRequired: snapshots += 1
    case .failed(let failure): failures[failure.kind, default: 0] += 1
    case .started, .opened, .libraryReplaced, .libraryChanged, .libraryTouched, .libraryTorn,
      .libraryUnchanged, .timerFired,
      .wokenFromSleep, .clockSet, .routeAppeared, .networkPathChanged, .triggered, .paused, .resumed,
      .negotiated,
      .loaded, .sent,
      .refusedAsTooLarge, .refused, .deviceRewound,
      .renewed, .pulled, .probed, .snapshotFetched, .logChanged, .compared, .taskRequested, .taskEnded:
      break
    }
  }

  private mutating func count(_ applied: PageResult) {
    pulled += applied.applied
    conflicts += applied.conflicts
    quarantinedPulls += applied.quarantined
  }

  /// Counts a finished cycle and its duration; does nothing if `duration` is `nil`, because no cycle had
  /// started.
  package mutating func count(_ outcome: CycleOutcome, took duration: Duration?) {
    guard let duration else { return }
    let ending: Ending =
      switch outcome {
      case .inStep: .inStep
      case .held: .held
      case .failed(_, let isBlocked): isBlocked ? .blocked : .failed
      case .paused: .paused
      }
    cycles[ending, default: 0] += 1
    if ending != .paused { cycleDurations.observe(duration) }
  }
}
