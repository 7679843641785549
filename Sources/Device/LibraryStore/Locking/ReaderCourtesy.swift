import CLinux
import CSQLite
import Glibc
import SyncCore

/// Keeps our write transactions from disturbing the application's (docs/promises.md, promise 6).
///
/// The application's transactions are deferred: they read, then write. If we hold the write lock or commit
/// between the two, its write fails at once, whatever its timeout. SQLite shows open read transactions as
/// POSIX locks on the `-shm` file. So we check for readers before we begin, while we work and before we
/// commit, and roll back if someone reads. A reader that does not end cannot stop us for ever: after a fixed
/// number of rollbacks we commit anyway.
final class ReaderCourtesy {
  /// How often one transaction rolls back for readers before it commits anyway.
  static let stepsBackMax = 8
  /// How long we wait for readers to end before each attempt.
  static let waitMax: Duration = .milliseconds(40)
  /// How many virtual machine instructions run between two checks inside a statement.
  private static let instructionsPerLook: Int32 = 2000

  /// The descriptor of the -shm file. Closing any descriptor of that file would drop SQLite's own locks on
  /// it, so it is opened once and closed after the connection.
  private var descriptor: Int32 = -1
  private var path = ""
  private let pace: StoreEnvironment
  private(set) var isWatching = false

  init(pace: StoreEnvironment) { self.pace = pace }

  /// Prepares for a new connection to the library at `libraryPath`.
  func begin(libraryPath: String) { path = libraryPath + "-shm" }

  /// Closes the descriptor. Call this after the connection is closed, never before.
  func release() {
    if descriptor >= 0 { ProbeDescriptors.release(descriptor) }
    descriptor = -1
  }

  /// How long the application counts as busy after its last observed work.
  static let busyFor: Duration = .seconds(3)
  /// How long one of our transactions should take while the application is busy. A transaction of the
  /// application that begins while we hold the lock fails, so we hold it only for a small share of the time.
  static let transactionAim: Duration = .milliseconds(3)
  /// How long we then leave the lock alone, as a multiple of our transaction's duration.
  static let pauseFactor = 20

  private var seenAt: Duration?

  /// Records that the application was at work: it read while we wrote, or it committed.
  func applicationWasSeen() { seenAt = pace.now() }

  /// Whether the application was recently at work.
  var isApplicationBusy: Bool { seenAt.map { pace.now() - $0 < Self.busyFor } ?? false }

  /// Leaves the lock to the application for a while after a transaction that took `span`.
  func holdBack(after span: Duration) {
    let pause = min(span * Self.pauseFactor, .milliseconds(250))
    pace.pause(max(pause, .milliseconds(1)))
  }

  /// Whether another process reads now. `false` if that cannot be determined.
  var someoneReads: Bool {
    if case .asked(let isRead) = pace.readers {
      guard isRead() else { return false }
      applicationWasSeen()
      return true
    }
    guard canProbe, clinux_shm_probe_readers(descriptor) == 1 else { return false }
    applicationWasSeen()
    return true
  }

  /// Whether another process holds the write lock now. `false` if that cannot be determined.
  var someoneWrites: Bool {
    if case .asked = pace.readers { return false }
    return canProbe && clinux_shm_probe_writer(descriptor) == 1
  }

  private var canProbe: Bool {
    if descriptor < 0 { descriptor = open(path, O_RDWR | O_CLOEXEC) }
    return descriptor >= 0
  }

  /// Waits until nobody reads, at most `waitMax`.
  func waitForReaders() {
    let step: Duration = .milliseconds(2)
    var waited: Duration = .zero
    while waited < Self.waitMax, someoneReads {
      pace.pause(step)
      waited += step
    }
  }

  /// Makes SQLite interrupt a running statement as soon as someone begins to read.
  func watch(_ database: Database) {
    isWatching = true
    // Sound: the handler runs only inside statements of this connection, which this object outlives.
    sqlite3_progress_handler(
      database.sqliteConnection, Self.instructionsPerLook,
      { context in
        guard let context else { return 0 }
        return Unmanaged<ReaderCourtesy>.fromOpaque(context).takeUnretainedValue().someoneReads ? 1 : 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Ends `watch`.
  func stopWatching(_ database: Database) {
    isWatching = false
    sqlite3_progress_handler(database.sqliteConnection, 0, nil, nil)
  }

  /// Thrown inside a transaction that rolls back for readers before its commit.
  struct SteppedBack: Error {}
}
