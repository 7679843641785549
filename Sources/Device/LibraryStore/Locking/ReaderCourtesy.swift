import CLinux
import CSQLite
import Glibc
import SyncCore

/// Keeps our write transactions out of the application's way (promise 6).
///
/// The application's transactions are deferred: they read, then write. If we hold the write lock, or commit, between
/// the two, its write fails at once, whatever its timeout. SQLite shows open read transactions as POSIX locks on the
/// `-shm` file, so we look before we begin, while we work and before we commit, and step back while someone reads.
/// A reader that does not end cannot stop us for ever: after a bounded number of steps back we go through.
final class ReaderCourtesy {
  /// How often one transaction steps back before it goes through.
  static let stepsBackMax = 8
  /// How long we wait for readers to end before each try.
  static let waitMax: Duration = .milliseconds(40)
  /// How many virtual machine instructions run between two looks inside a statement.
  private static let instructionsPerLook: Int32 = 2000

  /// The -shm file, opened once: closing any descriptor of it would drop SQLite's own locks on it, so it stays open
  /// until after the connection is closed.
  private var descriptor: Int32 = -1
  private var path = ""
  private let pace: StoreEnvironment
  private(set) var isWatching = false

  init(pace: StoreEnvironment) { self.pace = pace }

  /// A connection to the library at `path` was made.
  func begin(libraryPath: String) { path = libraryPath + "-shm" }

  /// The connection is closed. Call this behind it, never before.
  func release() {
    if descriptor >= 0 { ProbeDescriptors.release(descriptor) }
    descriptor = -1
  }

  /// How long the application counts as busy after it was last seen at work.
  static let busyFor: Duration = .seconds(3)
  /// How long one of our transactions should take while the application is busy. Its transaction fails if it begins
  /// while we hold the lock, so what counts is the share of time in which we do.
  static let transactionAim: Duration = .milliseconds(3)
  /// How many times as long we then keep away from the lock.
  static let pauseFactor = 20

  private var seenAt: Duration?

  /// The application was seen at work: it read while we wrote, or it has committed.
  func applicationWasSeen() { seenAt = pace.now() }

  /// Whether the application was at work just now.
  var isApplicationBusy: Bool { seenAt.map { pace.now() - $0 < Self.busyFor } ?? false }

  /// Leaves the lock to the application for a while after a transaction that took `span`.
  func holdBack(after span: Duration) {
    let pause = min(span * Self.pauseFactor, .milliseconds(250))
    pace.pause(max(pause, .milliseconds(1)))
  }

  /// Whether another process reads right now. False where that cannot be told.
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

  /// Whether another process holds the write lock right now. False where that cannot be told.
  var someoneWrites: Bool {
    if case .asked = pace.readers { return false }
    return canProbe && clinux_shm_probe_writer(descriptor) == 1
  }

  private var canProbe: Bool {
    if descriptor < 0 { descriptor = open(path, O_RDWR | O_CLOEXEC) }
    return descriptor >= 0
  }

  /// Waits, bounded, until nobody reads.
  func waitForReaders() {
    let step: Duration = .milliseconds(2)
    var waited: Duration = .zero
    while waited < Self.waitMax, someoneReads {
      pace.pause(step)
      waited += step
    }
  }

  /// Lets SQLite interrupt a running statement as soon as someone begins to read.
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

  /// Thrown inside a transaction that steps back before its commit.
  struct SteppedBack: Error {}
}
