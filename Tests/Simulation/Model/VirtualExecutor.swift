/// The event loop of every simulated device: the thread that runs the history is the loop.
///
/// Sound as `@unchecked Sendable`: a history runs on one thread from beginning to end.
final class VirtualExecutor: SerialExecutor, @unchecked Sendable {
  private var jobs: [UnownedJob] = []

  func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

  /// Runs the jobs that were enqueued in the meantime.
  func drain() {
    while !jobs.isEmpty { jobs.removeFirst().runSynchronously(on: asUnownedSerialExecutor()) }
  }

  func checkIsolated() {}
  func isIsolatingCurrentContext() -> Bool? { true }
}
