import Glibc

/// How a library's files look from outside: whoever writes them changes it. Costs two `stat`s and opens nothing.
package struct FileStamp: Hashable, Sendable {
  /// One file.
  package struct File: Hashable, Sendable {
    /// Which file it is: another one has another pair.
    package struct Identity: Hashable, Sendable {
      /// The device's number.
      package var device: UInt64
      /// The inode.
      package var inode: UInt64
      /// Takes both.
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
  /// Its `-wal`; `nil` if there is none, or nothing in it: opening a library makes an empty one.
  package var wal: File?

  /// Takes both files.
  package init(file: File?, wal: File?) {
    self.file = file
    self.wal = wal
  }
}

/// A stamp, and whether it can be gone by.
package struct FileStampReading: Hashable, Sendable {
  /// A file system counts time in steps: what is written twice within one step looks as if it was written once.
  private static let step: Int64 = 20_000_000

  /// How the files look.
  package var stamp: FileStamp
  /// Whether the files were last written long enough ago that a further write would show.
  package var isOldEnough: Bool

  /// Takes both.
  package init(stamp: FileStamp, isOldEnough: Bool) {
    self.stamp = stamp
    self.isOldEnough = isOldEnough
  }

  /// Looks at the files of the library at `path`, links followed as SQLite follows them.
  package init(path: String) {
    let real = realpath(path, nil)
    defer { free(real) }
    let resolved = real.map { String(cString: $0) } ?? path
    let file = Self.file(resolved)
    let wal = Self.file(resolved + "-wal").flatMap { $0.size > 0 ? $0 : nil }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let nanoseconds = Self.nanoseconds(now)
    // A stamp from the future comes of a clock that was set back: the next write will not look like it.
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
