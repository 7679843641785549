import Dispatch
import Glibc
import ServiceHost

/// Leaving: the running transaction ends, and the process with it; within two seconds, unless systemd was asked for
/// more time because a transaction is being written. Whatever is cut off then was not begun, as far as the library
/// knows (promise 1), and only has to be done again.
struct Shutdown {
  private static let usual: DispatchTimeInterval = .milliseconds(1800)
  private static let look: DispatchTimeInterval = .milliseconds(200)
  private static let looksMost = 300

  let library: LibraryQueue
  let notifier: Notifier

  /// Begins to leave. The looks run beside the loop, which may be busy.
  func begin() {
    library.close { exit(0) }
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.usual) { waitForTransaction(looks: 0) }
  }

  private func waitForTransaction(looks: Int) {
    guard library.isWriting, notifier.isHeard, looks < Self.looksMost else { exit(0) }
    notifier.extendTimeout(.seconds(5))
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.look) { waitForTransaction(looks: looks + 1) }
  }
}
