import Dispatch

/// A thread's worth of blocking work, one piece after the other: SQLite never runs on the event loops, nor on the
/// cooperative pool, whose few threads all requests share.
final class BlockingLane: Sendable {
  private let queue: DispatchQueue

  /// Takes a name that shows in debuggers.
  init(_ name: String) { queue = DispatchQueue(label: "mediasync-hub." + name) }

  /// Does the work when its turn comes.
  func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let outcome = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: Swift.Result<Result, Failure>(catching: work)) }
    }
    return try outcome.get()
  }
}
