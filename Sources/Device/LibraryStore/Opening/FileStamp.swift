import Glibc

/// The metadata of a library's files. Every write changes it. Reading it costs two `stat`s and opens nothing.
package struct FileStamp: Hashable, Sendable {
  /// The metadata of one file.
  package struct File: Hashable, Sendable {
    /// Identifies a file on this machine.
    package struct Identity: Hashable, Sendable {
      /// The number of the file system's device.
      package var device: UInt64
      /// The inode.
      package var inode: UInt64
      /// Takes both numbers.
      package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
      }
    }

    /// Which file it is.
    package var identity: Identity
    /// Its length in bytes.
    package var size: Int64
    /// When it was last written, in nanoseconds since 1970.
    package var modified: Int64

    /// Takes every field.
    package init(identity: Identity, size: Int64, modified: Int64) {
      self.identity = identity
      self.size = size
      self.modified = modified
    }
  }

  /// The library; `nil` if there is none.
  package var file: File?
  /// Its `-wal`; `nil` if there is none or it is empty: opening a library creates an empty one.
  package var wal: File?

  /// Takes both files.
  package init(file: File?, wal: File?) {
    self.file = file
    self.wal = wal
  }
}

/// A stamp, and whether it is reliable.
package struct FileStampReading: Hashable, Sendable {
  /// The granularity of file times in nanoseconds. Two writes within one step can have the same time.
  private static let step: Int64 = 20_000_000

  /// The metadata of the files.
  package var stamp: FileStamp
  /// Whether the last write is old enough that a further write would change the stamp.
  package var isOldEnough: Bool

  /// Takes both values.
  package init(stamp: FileStamp, isOldEnough: Bool) {
    self.stamp = stamp
    self.isOldEnough = isOldEnough
  }

  /// Reads the stamp of the library at `path`. Follows symbolic links, as SQLite does.
  package init(path: String) {
    let real = realpath(path, nil)
    defer { free(real) }
    let resolved = real.map { String(cString: $0) } ?? path
    let file = Self.file(resolved)
    let wal = Self.file(resolved + "-wal").flatMap { $0.size > 0 ? $0 : nil }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let nanoseconds = Self.nanoseconds(now)
    // A time in the future means that the clock was set back. The next write might have the same time.
    isOldEnough = [file, wal].allSatisfy { $0.map { abs(nanoseconds - $0.modified) >= Self.step } ?? true }
    stamp = FileStamp(file: file, wal: wal)
  }

  private static func file(_ path: String) -> FileStamp.File? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileStamp.File(
      identity: .init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)),
      size: Int64(status.st_size), modified: nanoseconds(status.st_mtim))
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
