import ControlProtocol
import EventLoop
import ServiceHost

/// `mediasyncctl wait`: answered when everything is in step and nothing local is waiting, or when the time is up.
///
/// Sound as `@unchecked Sendable`: made and called on the loop alone.
final class WaitHandler: @unchecked Sendable {
  private struct Wait {
    let reply: @Sendable (ControlReply) -> Void
    let timer: LoopTimer?
    /// The library was looked at since it was asked for: what is known now counts.
    var isDue = false
  }

  private var waits: [UInt64: Wait] = [:]
  private var last: Status?

  /// Keeps a wait. It is answered from the next `look` on: what was written a moment ago may not have been noticed yet.
  func add(
    _ peer: ControlServer.Peer, loop: LoopExecutor, timeout: Double?, status: Status,
    _ reply: @escaping @Sendable (ControlReply) -> Void
  ) {
    last = status
    let connection = peer.connection
    let timer = timeout.flatMap { _ in
      try? LoopTimer(loop: loop) { [weak self] in self?.timeIsUp(connection) }
    }
    if let timeout { timer?.arm(after: .milliseconds(Int64(timeout * 1000))) }
    waits[peer.connection] = Wait(reply: reply, timer: timer)
  }

  /// The library was looked at for a wait.
  func looked(for peer: ControlServer.Peer, _ status: Status) {
    waits[peer.connection]?.isDue = true
    statusChanged(status)
  }

  func remove(_ peer: ControlServer.Peer) { waits[peer.connection] = nil }

  func statusChanged(_ status: Status) {
    last = status
    guard !waits.isEmpty, Self.isInStep(status) else { return }
    let ended = waits.filter(\.value.isDue).sorted { $0.key < $1.key }
    for (connection, _) in ended { waits[connection] = nil }
    for (_, wait) in ended { wait.reply(.outcome(.inStep, status)) }
  }

  private func timeIsUp(_ connection: UInt64) {
    guard let wait = waits.removeValue(forKey: connection), let last else { return }
    wait.reply(.outcome(.timedOut, last))
  }

  private static func isInStep(_ status: Status) -> Bool {
    status.state == .inSync && status.pendingLocal == 0
  }
}
