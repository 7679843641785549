import CSystemd
import EventLoop

/// Feeds systemd's watchdog from the event loop: a loop that is stuck feeds nothing. What else must get on is asked at
/// each turn; where it does not, the service is ended at once, and systemd starts it anew.
///
/// A turn every half of `WatchdogSec=`, as sd_watchdog_enabled(3) advises: with the 3 min of the shipped units one in
/// 90 s, which is all that it costs at rest.
///
/// Sound as `@unchecked Sendable`: touched on the loop alone.
package final class Watchdog: @unchecked Sendable {
  /// How long systemd waits for us.
  package let interval: Duration
  private let notifier: Notifier
  private let stuck: () -> String?
  private var timer: LoopTimer?

  /// Begins to feed; `nil` where nobody watches (no `WATCHDOG_USEC` for this process). `stuck` says what does not get
  /// on, given the interval; `nil` when all does.
  package init?(
    loop: LoopExecutor, notifier: Notifier, stuck: @escaping (_ interval: Duration) -> String?
  ) throws(SystemError) {
    var microseconds: UInt64 = 0
    guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    let interval = Duration.microseconds(Int64(clamping: microseconds))
    self.interval = interval
    self.notifier = notifier
    self.stuck = { stuck(interval) }
    timer = try LoopTimer(loop: loop) { [weak self] in self?.turn() }
    turn()
  }

  private func turn() {
    if let what = stuck() {
      notifier.wedged(what)
    } else {
      notifier.alive()
      timer?.arm(after: interval / 2)
    }
  }
}
