import CLinux

/// Reports when the machine has slept, and when somebody has set the wall clock. One signal covers both: the
/// kernel cancels a timer on `CLOCK_REALTIME` when that clock jumps against the clock that stops during
/// sleep. The clock readings then tell which of the two it was. At rest nothing runs.
package final class ClockMonitor {
  private let source: FileSource

  /// Starts watching. Calls `handler` on the loop, once for each piece of news.
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
