import Glibc
import SyncCore

/// How a library coordinates with the application that owns its file: everything in this module that reads a
/// clock, waits, or checks who else is there. A simulation replaces it, so that a seed replays exactly.
package struct StoreEnvironment: Sendable {
  /// How to find out whether someone else reads the library now.
  package enum Readers: Sendable {
    /// From the locks on the `-shm` file, which show other processes.
    case inSharedMemory
    /// By calling the function.
    case asked(@Sendable () -> Bool)
  }

  /// Returns a monotonic time. Read before and after each write transaction of a page, outside of it.
  package var now: @Sendable () -> Duration
  /// Blocks the calling thread for a time.
  package var pause: @Sendable (Duration) -> Void
  /// How to find out whether someone else reads.
  package var readers: Readers
  /// How long SQLite waits for a lock before the cycle fails.
  package var busyTimeout: Duration
  /// Reads the stamp of the library's files.
  package var stamp: @Sendable (_ path: String) -> FileStampReading
  /// Entries in the first write transaction of a page. Measured times decide the size of later ones.
  package var firstSlice: Int

  /// Takes every part.
  package init(
    now: @escaping @Sendable () -> Duration, pause: @escaping @Sendable (Duration) -> Void, readers: Readers,
    busyTimeout: Duration, firstSlice: Int,
    stamp: @escaping @Sendable (_ path: String) -> FileStampReading = FileStampReading.init(path:)
  ) {
    precondition(firstSlice > 0, "a transaction holds at least one entry")
    self.now = now
    self.pause = pause
    self.readers = readers
    self.busyTimeout = busyTimeout
    self.firstSlice = firstSlice
    self.stamp = stamp
  }

  /// The machine's own clock, and locks in the `-shm` file.
  package static let real = StoreEnvironment(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    },
    pause: { span in usleep(UInt32(max(span / .microseconds(1), 1))) },
    readers: .inSharedMemory, busyTimeout: .seconds(5), firstSlice: 200)
}
