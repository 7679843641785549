import Dispatch
import EventLoop
import LibraryStore
import ServiceHost
import SyncCore
import Synchronization

/// Runs the store on a queue of its own and brings the outcome back to the event loop. The library is opened by the
/// first work that needs it, and again after its file was replaced.
///
/// Sound as `@unchecked Sendable`: `library` is touched on `queue` alone.
final class LibraryQueue: LibraryPort, @unchecked Sendable {
  private let queue = DispatchQueue(label: "mediasync.library")
  private let loop: LoopExecutor
  private let open: @Sendable (_ progress: @escaping @Sendable () -> Void) throws(StoreError) -> Library
  private var library: Library?
  private let running = Mutex<Library?>(nil)
  private let workSince = Mutex<SuspendingClock.Instant?>(nil)
  private let openingSteps = Atomic<UInt64>(0)

  /// `open` opens the library, and calls what it is given now and then while that gets on.
  init(
    loop: LoopExecutor,
    open: @escaping @Sendable (_ progress: @escaping @Sendable () -> Void) throws(StoreError) -> Library
  ) {
    self.loop = loop
    self.open = open
  }

  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    queue.async {
      self.workSince.withLock { $0 = .now }
      defer { self.workSince.withLock { $0 = nil } }
      let result = Result { () throws(StoreError) in try work(try self.opened()) }
      self.loop.run { completion(result) }
    }
  }

  func reopen() {
    queue.async {
      self.library = nil
      self.running.withLock { $0 = nil }
    }
  }

  /// Gives back the memory that is not needed at rest, behind the work already asked for.
  func releaseMemory() {
    queue.async {
      self.library?.releaseMemory()
      ProcessMemory.release()
    }
  }

  /// Lets the running transaction end, closes the file, and then calls `completion` on the loop.
  func close(_ completion: @escaping @Sendable () -> Void) {
    running.withLock { $0?.requestStop() }
    queue.async {
      self.library = nil
      self.loop.run(completion)
    }
  }

  /// For how long the present work has run, time asleep left out; `nil` where there is none.
  var workRunsFor: Duration? { workSince.withLock { $0.map { .now - $0 } } }

  /// Whether a write transaction is open.
  var isWriting: Bool { running.withLock { $0?.isWriting ?? false } }

  /// Grows while opening the library gets on.
  var openingProgress: UInt64 { openingSteps.load(ordering: .relaxed) }

  private func opened() throws(StoreError) -> Library {
    if let library { return library }
    let opened = try open { self.openingSteps.add(1, ordering: .relaxed) }
    library = opened
    running.withLock { $0 = opened }
    return opened
  }
}
