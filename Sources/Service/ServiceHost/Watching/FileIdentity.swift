import Glibc

/// Which file a path names: a rename over the library puts another one there, and SQLite would not notice.
package struct FileIdentity: Equatable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// What has the name now, links followed; `nil` where nothing has.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
