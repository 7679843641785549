import CLinux

/// Tells when the machine has slept, and when somebody has set the wall clock. Both come as one signal: the kernel
/// cancels a timer on `CLOCK_REALTIME` when that clock makes a step against the one that stands still in sleep. Which
/// of the two it was, the clocks themselves say. At rest nothing runs.
package final class ClockMonitor {
  private let source: FileSource

  /// Starts to watch; `handler` is called on the loop, once for each piece of news.
  package init(
    loop: LoopExecutor, clocks: @escaping @Sendable () -> ClockReading = { .now },
    handler: @escaping @Sendable (ClockEvent) -> Void
  ) throws(SystemError) {
    let descriptor = clinux_clock_watch_create()
    guard descriptor >= 0 else { throw SystemError("timerfd_create") }
    let comparison = ClockComparison(since: clocks())
    source = FileSource(loop: loop, descriptor: descriptor, closing: true) {
      guard clinux_timer_take(descriptor) != 0 else { return }
      _ = clinux_clock_watch_set(descriptor)
      for news in comparison.compare(clocks()) { handler(news) }
    }
  }

  /// Stops for good.
  package func cancel() { source.cancel() }
}
