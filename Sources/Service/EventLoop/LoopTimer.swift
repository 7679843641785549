import CLinux

/// A timer that fires once for each time it is armed, on the loop. It runs on `CLOCK_BOOTTIME`: it counts time
/// asleep and does not follow the wall clock, as Dispatch's public clocks do (design.md §4). Disarmed, it
/// costs nothing.
///
/// `@unchecked`: the descriptor is a constant and the kernel orders calls on it; all else is set at init.
package final class LoopTimer: @unchecked Sendable {
  private let descriptor: Int32
  private let source: FileSource

  /// Makes a disarmed timer.
  package init(loop: LoopExecutor, handler: @escaping @Sendable () -> Void) throws(SystemError) {
    let descriptor = clinux_timer_create()
    guard descriptor >= 0 else { throw SystemError("timerfd_create") }
    self.descriptor = descriptor
    source = FileSource(loop: loop, descriptor: descriptor, closing: true) {
      // Nothing to take: it was disarmed, or armed anew, after it had become readable.
      if clinux_timer_take(descriptor) == 1 { handler() }
    }
  }

  /// Fires once, `after` from now, in place of whatever it was armed for. At most a hundred years.
  package func arm(after: Duration) {
    let bounded = min(max(after, .nanoseconds(1)), .seconds(100 * 365 * 86_400))
    let nanoseconds =
      bounded.components.seconds * 1_000_000_000 + bounded.components.attoseconds / 1_000_000_000
    let result = clinux_timer_set(descriptor, max(nanoseconds, 1))
    precondition(result == 0, "a live timer can be set")
  }

  /// Does not fire until it is armed again. Called on the loop, this holds even if its time has come already.
  package func disarm() {
    let result = clinux_timer_set(descriptor, 0)
    precondition(result == 0, "a live timer can be set")
  }

  deinit { source.cancel() }
}
