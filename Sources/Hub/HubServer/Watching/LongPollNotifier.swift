import SyncCore

/// Wakes the parked long polls of one library when its log has grown. A parked poll holds no thread.
actor LongPollNotifier {
  /// Why a poll stopped waiting.
  enum Wake: Hashable, Sendable {
    /// There are new entries, the time is over, or the bell is closed: read once more, and answer.
    case look
    /// Nobody waits for the answer any more.
    case abandoned
  }

  private struct Waiter {
    let device: DeviceID?
    let continuation: CheckedContinuation<Wake, Never>
    let timer: Task<Void, Never>
  }

  private var notifications = 0
  private var notificationsBy: [DeviceID: Int] = [:]
  private var waiters: [Int: Waiter] = [:]
  private var nextWaiter = 0
  private(set) var isClosed = false

  /// The number of polls that wait now.
  var waiting: Int { waiters.count }

  /// How often the log has grown by other devices than this one.
  func news(for device: DeviceID?) -> Int { notifications - (device.flatMap { notificationsBy[$0] } ?? 0) }

  /// Records that a device's `/send` has grown the log, and wakes the polls of other devices.
  func notify(from device: DeviceID?) {
    notifications += 1
    if let device { notificationsBy[device, default: 0] += 1 }
    for (id, waiter) in waiters where device == nil || waiter.device != device { release(id, .look) }
  }

  /// Waits until there are more than `seen` news for the device, the deadline passes, the bell closes, the
  /// task is cancelled or the client disconnects. `onWaiting` receives a function that ends the wait early.
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

  /// Wakes every waiting poll. From now on no poll waits.
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
