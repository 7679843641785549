import CSystemd
import EventLoop

/// Feeds systemd's watchdog from the event loop: a loop that is stuck feeds nothing. What else must get on is asked at
/// each turn; where it does not, the service is ended at once, and systemd starts it anew.
///
/// A turn every half of `WatchdogSec=` at most, as sd_watchdog_enabled(3) advises: 90 s with the shipped units. Where
/// something else wakes the process sooner, as a long poll that ends does, the turn is taken along with it, and at rest
/// the watchdog costs no wake-up of its own.
///
/// Sound as `@unchecked Sendable`: touched on the loop alone.
package final class Watchdog: @unchecked Sendable {
  /// How long systemd waits for us.
  package let interval: Duration
  private let notifier: Notifier
  private let stuck: () -> String?
  private var timer: LoopTimer?
  private var lastTurn: Duration = .zero

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

  /// The loop is awake for another reason: takes its turn with it, where one was due soon.
  package func loopIsAwake() {
    if BootClock.now - lastTurn >= interval / 6 { turn() }
  }

  private func turn() {
    lastTurn = BootClock.now
    if let what = stuck() {
      notifier.stalled(what)
    } else {
      notifier.alive()
      timer?.arm(after: interval / 2)
    }
  }
}
