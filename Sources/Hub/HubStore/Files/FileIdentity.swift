import Glibc

/// The file at a path, identified by device and inode. If a file was moved, deleted or replaced, its path
/// leads to another identity or to none.
struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// Reads the identity of the file at `path`; `nil` if there is no file or it cannot be examined.
  init?(path: String) {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    device = UInt64(found.st_dev)
    inode = UInt64(found.st_ino)
  }
}
