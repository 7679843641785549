import Dispatch
import Foundation
import Synchronization

/// A directory for one test.
final class Scratch {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "mediasync-" + UUID().uuidString.prefix(8)
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A value that tests wait for: set on the loop, awaited elsewhere, with a time limit.
final class Signpost<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func pass(_ value: Value) {
    values.withLock { $0.append(value) }
    arrived.signal()
  }

  /// The next value, or `nil` if none came in time.
  func next(within seconds: Double = 5) -> Value? {
    guard arrived.wait(timeout: .now() + seconds) == .success else { return nil }
    return values.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }
}
