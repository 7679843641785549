import EventLoop
import ServiceHost

/// Asks systemd for more time to start, for as long as opening the library gets on: taking a large state to a new
/// version takes its time. Ends when the daemon is ready; where nothing gets on, systemd's own limit counts.
///
/// Sound as `@unchecked Sendable`: touched on the loop alone.
final class StartupTimeout: @unchecked Sendable {
  private static let turn: Duration = .seconds(2)
  private static let span: Duration = .seconds(30)

  private let library: LibraryQueue
  private let notifier: Notifier
  private var seen: UInt64 = 0
  private var timer: LoopTimer?

  init(loop: LoopExecutor, library: LibraryQueue, notifier: Notifier) throws(SystemError) {
    self.library = library
    self.notifier = notifier
    guard notifier.isHeard else { return }
    timer = try LoopTimer(loop: loop) { [weak self] in self?.look() }
    timer?.arm(after: Self.turn)
  }

  /// The daemon is ready.
  func end() { timer = nil }

  private func look() {
    let progress = library.openingProgress
    if progress != seen {
      seen = progress
      notifier.extendTimeout(Self.span)
    }
    timer?.arm(after: Self.turn)
  }
}
