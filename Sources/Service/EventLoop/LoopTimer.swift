import CLinux

/// A timer on the loop that fires once for each time it is armed. It runs on `CLOCK_BOOTTIME`: it counts time
/// asleep and ignores changes of the wall clock. Dispatch's public clocks do not do both. Disarmed, it costs
/// nothing.
///
/// `@unchecked`: the descriptor is a constant and the kernel orders calls on it; everything else is set at
/// init.
package final class LoopTimer: @unchecked Sendable {
  private let descriptor: Int32
  private let source: FileSource

  /// Makes a disarmed timer.
  package init(loop: LoopExecutor, handler: @escaping @Sendable () -> Void) throws(SystemError) {
    let descriptor = clinux_timer_create()
    guard descriptor >= 0 else { throw SystemError("timerfd_create") }
    self.descriptor = descriptor
    source = FileSource(loop: loop, descriptor: descriptor, closing: true) {
      // There is nothing to take if the timer was disarmed or armed again after it had become readable.
      if clinux_timer_take(descriptor) == 1 { handler() }
    }
  }

  /// Arms the timer to fire once, `after` from now (at most a hundred years). Replaces an earlier arming.
  package func arm(after: Duration) {
    let bounded = min(max(after, .nanoseconds(1)), .seconds(100 * 365 * 86_400))
    let nanoseconds =
      bounded.components.seconds * 1_000_000_000 + bounded.components.attoseconds / 1_000_000_000
    let result = clinux_timer_set(descriptor, max(nanoseconds, 1))
    precondition(result == 0, "a live timer can be set")
  }

  /// Disarms the timer. Called on the loop, it prevents firing even if the time has come already.
  package func disarm() {
    let result = clinux_timer_set(descriptor, 0)
    precondition(result == 0, "a live timer can be set")
  }

  deinit { source.cancel() }
}
