import Dispatch

/// The event loop: one serial Dispatch queue that is also an actor's executor, so that a source's handler can
/// enter the actor with `assumeIsolated` (docs/decisions/0004). It must outlive its actor.
package final class LoopExecutor: SerialExecutor {
  /// The queue that everything on the loop runs on. Never block it.
  package let queue: DispatchQueue

  private static let key = DispatchSpecificKey<ObjectIdentifier>()

  /// Starts a loop; `label` is its name in a debugger.
  package init(label: String = "mediasync.loop") {
    queue = DispatchQueue(label: label)
    queue.setSpecific(key: Self.key, value: ObjectIdentifier(self))
  }

  /// Runs an actor's job on the queue.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// Traps unless the caller is on the loop.
  package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }

  /// Whether the caller is on the loop.
  package func isIsolatingCurrentContext() -> Bool? {
    DispatchQueue.getSpecific(key: Self.key) == ObjectIdentifier(self)
  }

  /// Runs `work` on the loop, after the work already queued.
  package func run(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }
}
