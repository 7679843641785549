import SyncCore

/// Tells parked long polls of one library that its log has grown. A parked poll holds no thread.
actor Bell {
  /// Why a poll waits no more.
  enum Wake: Hashable, Sendable {
    /// There is news, its time is over, or the bell is closed: look once more, and answer.
    case look
    /// Nobody waits for the answer any more.
    case abandoned
  }

  private struct Waiter {
    let device: DeviceID?
    let continuation: CheckedContinuation<Wake, Never>
    let timer: Task<Void, Never>
  }

  private var rung = 0
  private var rungBy: [DeviceID: Int] = [:]
  private var waiters: [Int: Waiter] = [:]
  private var nextWaiter = 0
  private(set) var isClosed = false

  /// Polls that wait now.
  var waiting: Int { waiters.count }

  /// How often the log has grown by others' doing.
  func news(for device: DeviceID?) -> Int { rung - (device.flatMap { rungBy[$0] } ?? 0) }

  /// Says that the log has grown by a device's `/send`; wakes others' polls.
  func ring(from device: DeviceID?) {
    rung += 1
    if let device { rungBy[device, default: 0] += 1 }
    for (id, waiter) in waiters where device == nil || waiter.device != device { release(id, .look) }
  }

  /// Returns once there are more than `seen` news for the device, at the deadline, or when the bell is closed, the
  /// task cancelled or the client gone. `onWaiting` gets what ends the wait before.
  func wait(
    after seen: Int, device: DeviceID?, until deadline: ContinuousClock.Instant,
    onWaiting: @Sendable (_ wake: @escaping @Sendable (Wake) -> Void) -> Void
  ) async -> Wake {
    guard news(for: device) == seen, !isClosed else { return .look }
    let id = nextWaiter
    nextWaiter += 1
    let wake: @Sendable (Wake) -> Void = { reason in Task { await self.release(id, reason) } }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard !Task.isCancelled else { return continuation.resume(returning: .abandoned) }
        let timer = Task {
          try? await ContinuousClock().sleep(until: deadline)
          release(id, .look)
        }
        waiters[id] = Waiter(device: device, continuation: continuation, timer: timer)
        onWaiting(wake)
      }
    } onCancel: {
      wake(.abandoned)
    }
  }

  /// Answers every poll that waits, and lets none wait any more.
  func close() {
    isClosed = true
    for id in waiters.keys { release(id, .look) }
  }

  private func release(_ id: Int, _ wake: Wake) {
    guard let waiter = waiters.removeValue(forKey: id) else { return }
    waiter.timer.cancel()
    waiter.continuation.resume(returning: wake)
  }
}
