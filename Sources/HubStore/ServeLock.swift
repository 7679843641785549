import Glibc

/// Sees to it that one process at a time serves a directory: an advisory lock on a file in it, held until the process ends,
/// however that comes. Two would each keep polls of their own waiting, and each answer without knowing what the other has
/// heard. The other commands take no lock: SQLite keeps them apart.
package final class ServeLock: Sendable {
  private static let name = "serve.lock"
  private let descriptor: Int32

  /// Takes the lock of a hub's directory, and leaves this process's number for whoever comes second.
  ///
  /// - Throws: `HubStoreError.served`, `.diskFull`, `.io`.
  package init(directory: String) throws(HubStoreError) {
    let path = directory + "/" + Self.name
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw .io(detail: "\(path): \(String(cString: strerror(errno)))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else {
      let text = "\(getpid())\n"
      ftruncate(descriptor, 0)
      // Without the number the second one is refused all the same.
      pwrite(descriptor, text, text.utf8.count, 0)
      return
    }
    // A file system without locks: nothing can be promised there, and nothing is refused.
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
