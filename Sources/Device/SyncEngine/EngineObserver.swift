import SyncCore

/// Receives the engine's reports. Called on the loop.
package protocol EngineObserver: AnyObject {
  /// A transition to report to people, and the number of its cycle, from 1 since the start.
  func report(_ transition: Transition, cycle: Int)
  /// The status has changed.
  func statusChanged(_ status: EngineStatus)
  /// A cycle has ended, and how long it took; `nil` if none had begun.
  func finished(_ outcome: CycleOutcome, took duration: Duration?)
  /// An event arrived; its effects are still to come.
  func happened(_ event: Event)
  /// Everything is pushed and pulled as of now: a cycle reached sync, or a long poll ended empty.
  func confirmed()
}

extension EngineObserver {
  /// Ignores the event: not every observer counts events.
  package func happened(_ event: Event) {}
  /// Ignores the confirmation: not every observer feeds a monitor.
  package func confirmed() {}
}
