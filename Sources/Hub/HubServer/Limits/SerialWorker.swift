import Dispatch

/// The threads for the hub's blocking work. SQLite never runs on the event loops, nor on the cooperative
/// pool, whose few threads all requests share. The number of threads is fixed, so neither threads nor open
/// files grow with the number of libraries in use.
final class WorkerThreads: Sendable {
  /// Enough to read and write a few libraries at once.
  static let most = 8

  private let semaphore: AsyncSemaphore
  private let queue: DispatchQueue

  /// Takes a name for debuggers, and the number of threads.
  init(_ name: String, count: Int = WorkerThreads.most) {
    semaphore = AsyncSemaphore(count)
    queue = DispatchQueue(label: "mediasync-hub." + name, attributes: .concurrent)
  }

  /// Runs `work` as soon as a thread is free.
  func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    await semaphore.enter()
    let outcome = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: Swift.Result<Result, Failure>(catching: work)) }
    }
    semaphore.leave()
    return try outcome.get()
  }
}

/// Runs blocking work one piece after the other, on threads that it shares with other lanes.
final class SerialWorker: Sendable {
  private let turn = AsyncSemaphore(1)
  private let threads: WorkerThreads

  /// Takes the threads to run on.
  init(_ threads: WorkerThreads) { self.threads = threads }

  /// Runs `work` when its turn comes.
  func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    await turn.enter()
    defer { turn.leave() }
    return try await threads.run(work)
  }
}
