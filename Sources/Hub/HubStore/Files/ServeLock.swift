import Glibc

/// Ensures that only one process serves a directory: an advisory lock on a file in it, held until the process
/// ends for any reason. Two processes would each hold their own long polls and answer without knowing what
/// the other had received. Other commands take no lock, because SQLite separates them.
package final class ServeLock: Sendable {
  private static let name = "serve.lock"
  private let descriptor: Int32

  /// Takes the lock of a hub's directory and writes this process's id into the lock file, for the error of a
  /// second process.
  ///
  /// - Throws: `HubStoreError.served`, `.diskFull`, `.io`.
  package init(directory: String) throws(HubStoreError) {
    let path = directory + "/" + Self.name
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw .io(detail: "\(path): \(String(cString: strerror(errno)))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else {
      let text = "\(getpid())\n"
      ftruncate(descriptor, 0)
      // Writing the id may fail; the lock refuses a second process all the same.
      pwrite(descriptor, text, text.utf8.count, 0)
      return
    }
    // The file system has no locks: the hub serves without this protection.
    guard errno == EWOULDBLOCK else { return }
    defer { close(descriptor) }
    throw .served(directory: directory, process: Self.holder(descriptor))
  }

  deinit { close(descriptor) }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    return Int32(String(decoding: buffer.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
  }
}
