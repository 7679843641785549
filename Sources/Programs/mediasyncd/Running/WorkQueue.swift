import Dispatch
import EventLoop
import SyncCore

/// Encodes and decodes large bodies beside the loop, in the order in which they were given.
final class WorkQueue: WorkPort {
  private let queue = DispatchQueue(label: "mediasync.coding")
  private let loop: LoopExecutor

  init(loop: LoopExecutor) { self.loop = loop }

  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable () -> Outcome, completion: @escaping @Sendable (Outcome) -> Void
  ) {
    let loop = loop
    queue.async {
      let outcome = work()
      loop.run { completion(outcome) }
    }
  }
}
