import Dispatch
import EventLoop
import LibraryStore
import ServiceHost
import SyncCore
import Synchronization

/// Runs the store on a queue of its own and brings the outcome back to the event loop. The library is opened by the
/// first work that needs it, closed when there has been none for a moment, and opened again by the next.
///
/// Sound as `@unchecked Sendable`: `session` and `lastLook` are touched on `queue` alone, `timer` on the loop; the handlers
/// are set before there is any work.
final class LibraryQueue: LibraryPort, @unchecked Sendable {
  /// How long the file stays open behind the last work.
  private static let idle: Duration = .milliseconds(300)
  /// Looks that come closer together than this share a connection.
  private static let lookSpacing: Duration = .seconds(1)

  /// Called on the loop when the files must be looked at again.
  var stirred: (@Sendable () -> Void)?
  /// Called on the loop when the file could not be closed.
  var closingFailed: (@Sendable (StoreError) -> Void)?

  private let queue = DispatchQueue(label: "mediasync.library")
  private let loop: LoopExecutor
  private var session: LibrarySession
  private let running = Mutex<Library?>(nil)
  private let workSince = Mutex<SuspendingClock.Instant?>(nil)
  private let openingSteps: OpeningSteps
  /// Not one of Dispatch's: behind the last of those it goes on waking once a second.
  private var timer: LoopTimer?
  private var lastLook: SuspendingClock.Instant?

  /// `open` opens the library at `path`, and calls what it is given now and then while that gets on.
  init(
    loop: LoopExecutor, path: String,
    open: @escaping @Sendable (_ progress: @escaping @Sendable () -> Void) throws(StoreError) -> Library
  ) throws(SystemError) {
    self.loop = loop
    let steps = OpeningSteps()
    openingSteps = steps
    session = LibrarySession(path: path) { () throws(StoreError) in try open { steps.count() } }
    timer = try LoopTimer(loop: loop) { [weak self] in self?.release {} }
  }

  func run<Outcome: Sendable>(
    _ work: @escaping @Sendable (any SyncLibrary) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    enqueue(
      { (session) throws(StoreError) in
        let library = try session.current()
        self.running.withLock { $0 = library }
        return try work(library)
      }, completion)
  }

  func look(completion: @escaping @Sendable (Result<LookResult, StoreError>) -> Void) {
    enqueue(
      { (session) throws(StoreError) in
        let isClose = self.lastLook.map { .now - $0 < Self.lookSpacing } ?? false
        self.lastLook = .now
        return try session.look(staysOpen: isClose)
      }, completion)
  }

  private func enqueue<Outcome: Sendable>(
    _ work: @escaping @Sendable (LibrarySession) throws(StoreError) -> Outcome,
    _ completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    queue.async {
      self.workSince.withLock { $0 = .now }
      let result = Result { () throws(StoreError) in try work(self.session) }
      self.workSince.withLock { $0 = nil }
      let isOpen = self.session.isOpen
      self.loop.run {
        // Further work puts the closing off; what is left open once no more comes is closed.
        if isOpen { self.timer?.arm(after: Self.idle) }
        completion(result)
      }
    }
  }

  func reopen() { queue.async { self.forget() } }

  func release(completion: @escaping @Sendable () -> Void) {
    queue.async {
      self.rest()
      self.loop.run(completion)
    }
  }

  /// Gives back the memory that is not needed at rest, behind the work already asked for.
  func releaseMemory() { queue.async { ProcessMemory.release() } }

  /// Lets the running transaction end, closes the file, and then calls `completion` on the loop.
  func close(_ completion: @escaping @Sendable () -> Void) {
    running.withLock { $0?.requestStop() }
    queue.async {
      self.forget()
      self.loop.run(completion)
    }
  }

  /// For how long the present work has run, time asleep left out; `nil` where there is none.
  var workRunsFor: Duration? { workSince.withLock { $0.map { .now - $0 } } }

  /// Whether a write transaction is open.
  var isWriting: Bool { running.withLock { $0?.isWriting ?? false } }

  /// Grows while opening the library gets on.
  var openingProgress: UInt64 { openingSteps.soFar }

  // MARK: - On the queue

  private func rest() {
    do throws(StoreError) {
      let mustLook = try session.rest()
      if mustLook, let stirred { loop.run(stirred) }
    } catch {
      if let closingFailed { loop.run { closingFailed(error) } }
    }
  }

  private func forget() {
    session.forget()
    running.withLock { $0 = nil }
  }

  /// Counts how opening gets on; read from other threads.
  private final class OpeningSteps: Sendable {
    private let steps = Atomic<UInt64>(0)
    func count() { steps.add(1, ordering: .relaxed) }
    var soFar: UInt64 { steps.load(ordering: .relaxed) }
  }
}
