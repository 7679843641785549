import CLinux
import CSystemd
import EventLoop
import Glibc

/// Tells systemd how the service stands (sd_notify). Does nothing where no one listens: without `NOTIFY_SOCKET`.
///
/// `@unchecked`: the one variable is touched on the loop's queue only, or before the loop has work.
package final class Notifier: @unchecked Sendable {
  private var lastStatus: String?

  /// Makes a notifier; nothing is sent.
  package init() {}

  /// The service works: the control socket listens and the library is open.
  package func ready() { send(["READY=1"]) }

  /// What it is doing, in one line. Sent only where it differs from the last.
  package func status(_ line: String) {
    guard line != lastStatus else { return }
    lastStatus = line
    send(["STATUS=" + line])
  }

  /// The service is about to end.
  package func stopping() { send(["STOPPING=1"]) }

  /// The configuration is being read again; `ready()` ends this. Both fields go in one datagram, as
  /// `Type=notify-reload` requires.
  package func reloading() {
    send(["RELOADING=1", "MONOTONIC_USEC=\(MonotonicClock.microseconds)"])
  }

  /// It gets on: fed to the watchdog (`WatchdogSec=`).
  package func alive() { send(["WATCHDOG=1"]) }

  /// It does not get on, and the watchdog need not wait any longer.
  package func stalled(_ line: String) { send(["WATCHDOG=trigger", "STATUS=" + line]) }

  /// Starting or stopping takes longer than usual: systemd waits so long from now on at least. Callable from any
  /// thread.
  package func extendTimeout(_ span: Duration) {
    let (seconds, attoseconds) = span.components
    send(["EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)"])
  }

  /// Whether somebody listens.
  package var isHeard: Bool { getenv("NOTIFY_SOCKET") != nil }

  /// The service fails with this error number; `line` says so for people.
  package func failed(errno number: Int32, _ line: String) { send(["ERRNO=\(number)", "STATUS=" + line]) }

  private func send(_ fields: [String]) {
    // A line break would end the field and begin another.
    let text = fields.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
      .joined(separator: "\n")
    // There is nobody to tell that systemd does not listen; the service goes on without it.
    _ = sd_notify(0, text)
  }
}
