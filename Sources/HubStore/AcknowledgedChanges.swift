import SyncCore
import Synchronization

/// Up to which of its own changes each sender has said, in a pull, that it knows the answers.
///
/// The hub writes this down now and then only (`Attendance`), so it is kept here in between. A request that was held up on
/// the way may bring a change that its sender has passed since, because the row is gone: the change must not land.
/// Nothing that is held up outlives the hub's process, so memory is enough.
package final class AcknowledgedChanges: Sendable {
  private struct Sender: Hashable {
    var device: DeviceID
    var incarnation: Incarnation
  }

  /// Senders that are remembered; with more of them, all are forgotten, and what is written down counts.
  private static let sendersMax = 10_000

  private let acknowledged = Mutex<[Sender: ChangeID]>([:])

  /// Nobody has said anything yet.
  package init() {}

  /// Notes what a sender says that it knows.
  func note(_ change: ChangeID, device: DeviceID, incarnation: Incarnation) {
    guard change > .none else { return }
    let sender = Sender(device: device, incarnation: incarnation)
    acknowledged.withLock { changes in
      if changes.count >= Self.sendersMax, changes[sender] == nil { changes.removeAll() }
      changes[sender] = max(changes[sender] ?? .none, change)
    }
  }

  /// The highest change of which the sender has said that it knows the answer.
  func last(device: DeviceID, incarnation: Incarnation) -> ChangeID {
    acknowledged.withLock { $0[Sender(device: device, incarnation: incarnation)] ?? .none }
  }
}
