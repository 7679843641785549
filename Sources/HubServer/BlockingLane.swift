import Dispatch

/// The threads on which the hub blocks: SQLite never runs on the event loops, nor on the cooperative pool, whose few
/// threads all requests share. There are so many at most, however many libraries are asked for: neither threads nor open
/// files grow with them.
final class BlockingThreads: Sendable {
  /// Enough for a few libraries that are written and read at once.
  static let most = 8

  private let turns: Turns
  private let queue: DispatchQueue

  /// Takes a name that shows in debuggers, and how many threads there are.
  init(_ name: String, count: Int = BlockingThreads.most) {
    turns = Turns(count)
    queue = DispatchQueue(label: "mediasync-hub." + name, attributes: .concurrent)
  }

  /// Does the work as soon as a thread is free.
  func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    await turns.enter()
    let outcome = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: Swift.Result<Result, Failure>(catching: work)) }
    }
    turns.leave()
    return try outcome.get()
  }
}

/// Blocking work, one piece after the other, on threads that other lanes use too.
final class BlockingLane: Sendable {
  private let turn = Turns(1)
  private let threads: BlockingThreads

  /// Takes the threads.
  init(_ threads: BlockingThreads) { self.threads = threads }

  /// Does the work when its turn comes.
  func run<Result: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    await turn.enter()
    defer { turn.leave() }
    return try await threads.run(work)
  }
}
