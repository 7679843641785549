import SyncCore
import Synchronization

/// The highest of its own change ids that each sender has acknowledged in a pull.
///
/// The hub writes this value to disk only now and then (`DeviceCheckIn`); this class keeps it in between. It
/// guards against a delayed request: the request may carry a change that its sender has since acknowledged,
/// and whose row is already gone. The hub must not apply such a change. No delayed request outlives the hub's
/// process, so memory is enough.
package final class AcknowledgedChanges: Sendable {
  private struct Sender: Hashable {
    var device: DeviceID
    var incarnation: Incarnation
  }

  /// The most senders that are remembered. Beyond it, the class forgets all of them and only the stored
  /// values count.
  private static let sendersMax = 10_000

  private let acknowledged = Mutex<[Sender: ChangeID]>([:])

  /// Starts with no acknowledgements.
  package init() {}

  /// Records the highest change id that a sender says it knows the answer to.
  func note(_ change: ChangeID, device: DeviceID, incarnation: Incarnation) {
    guard change > .none else { return }
    let sender = Sender(device: device, incarnation: incarnation)
    acknowledged.withLock { changes in
      if changes.count >= Self.sendersMax, changes[sender] == nil { changes.removeAll() }
      changes[sender] = max(changes[sender] ?? .none, change)
    }
  }

  /// The highest change id that the sender says it knows the answer to; `.none` if it has named none.
  func last(device: DeviceID, incarnation: Incarnation) -> ChangeID {
    acknowledged.withLock { $0[Sender(device: device, incarnation: incarnation)] ?? .none }
  }
}
