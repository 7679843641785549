import Glibc
import SyncCore

/// How a library keeps time with the application that owns its file: everything in this module that reads a clock,
/// waits, or looks at who else is there. A simulation brings its own, so that a seed replays exactly.
package struct StoreEnvironment: Sendable {
  /// How it is found out whether someone else reads the library right now.
  package enum Readers: Sendable {
    /// By the locks on the `-shm` file, which show other processes.
    case inSharedMemory
    /// By asking.
    case asked(@Sendable () -> Bool)
  }

  /// A clock that only goes forward. It is read before and after each write transaction of a page, outside of it.
  package var now: @Sendable () -> Duration
  /// Waits.
  package var pause: @Sendable (Duration) -> Void
  /// How it is found out whether someone else reads.
  package var readers: Readers
  /// How long SQLite waits for a lock before it gives up for this cycle.
  package var busyTimeout: Duration
  /// How the library's files look from outside.
  package var stamp: @Sendable (_ path: String) -> FileStampReading
  /// Entries in the first write transaction of a page; the later ones go by measuring.
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

  /// The machine's own clock, in a process of its own.
  package static let real = StoreEnvironment(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    },
    pause: { span in usleep(UInt32(max(span / .microseconds(1), 1))) },
    readers: .inSharedMemory, busyTimeout: .seconds(5), firstSlice: 200)
}
