import Glibc

/// Which file a path leads to: its device and its inode. A file that was moved, deleted or copied over has another one
/// at its path, or none.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// The file that `path` leads to now; `nil` where there is none, or where it cannot be asked for.
  init?(path: String) {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    device = UInt64(found.st_dev)
    inode = UInt64(found.st_ino)
  }
}
