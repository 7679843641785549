import CLinux

/// Calls a handler on the loop when somebody sets the wall clock.
package final class ClockChangeSource {
  private let source: FileSource

  /// Starts to watch the wall clock.
  package init(loop: LoopExecutor, handler: @escaping @Sendable () -> Void) throws(SystemError) {
    let descriptor = clinux_clock_watch_create()
    guard descriptor >= 0 else { throw SystemError("timerfd_create") }
    source = FileSource(loop: loop, descriptor: descriptor, closing: true) {
      guard clinux_timer_take(descriptor) != 0 else { return }
      _ = clinux_clock_watch_set(descriptor)
      handler()
    }
  }

  /// Stops for good.
  package func cancel() { source.cancel() }
}
