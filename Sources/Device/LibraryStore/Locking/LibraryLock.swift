import Glibc
import SyncCore
import Synchronization

/// Sees to it that one process at a time syncs a library: an advisory lock on a file beside it, held until the
/// process ends, however that comes. Two would each go by cursors of their own memory and move the other's back.
///
/// A file of its own, because closing any descriptor of the database would drop SQLite's own locks on it.
package final class LibraryLock: Sendable {
  /// What is added to the library's path.
  package static let suffix = "-mediasync.lock"

  private let path: String
  private let descriptor = Mutex<Int32>(-1)

  /// Prepares the lock of the library at `path`; nothing is taken yet.
  package init(libraryPath path: String) { self.path = path }

  deinit {
    let open = descriptor.withLock { $0 }
    if open >= 0 { close(open) }
  }

  /// Takes the lock, unless it is held already. If the library's name stands for another file by now, its lock is taken in
  /// place of the one that is held. Where the file cannot be made because the library's directory is not
  /// there or not ours to write, nothing is taken: opening the library says what is wrong.
  package func acquire() throws(StoreError) {
    let path = path
    let refusal: StoreError? = descriptor.withLock { held in
      // Whoever comes by a symbolic link means the same library.
      guard let real = realpath(path, nil) else { return nil }
      defer { free(real) }
      let beside = String(cString: real) + Self.suffix
      guard held < 0 || !Self.isSame(held, beside) else { return nil }
      let opened: Int32
      switch LockFile(beside, makes: true) {
      case .opened(let descriptor): opened = descriptor
      case .foreign:
        return .inputOutput(
          path: beside, detail: "it is no file of mediasyncd's but a link, a pipe or the like: take it away")
      case .failed(let code): return code == ENOSPC || code == EDQUOT ? .diskFull(path: path) : nil
      }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        let isHeld = errno == EWOULDBLOCK
        close(opened)
        // A file system without locks: nothing can be promised there, and nothing is refused.
        return isHeld ? .inUse(path: path) : nil
      }
      if held >= 0 { close(held) }
      held = opened
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Whether a descriptor is open on the file at `path`.
  private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
    var (held, named) = (stat(), stat())
    guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 else { return false }
    return held.st_dev == named.st_dev && held.st_ino == named.st_ino
  }

  /// Whether a process holds the lock of the library at `path`. Nothing is made, and nothing stays taken.
  package static func isHeld(libraryPath path: String) -> Bool {
    guard let real = realpath(path, nil) else { return false }
    defer { free(real) }
    guard case .opened(let opened) = LockFile(String(cString: real) + suffix, makes: false) else {
      return false
    }
    defer { close(opened) }
    return flock(opened, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}

/// The file of a lock. It lies where others may write too: a link that somebody put there is not followed, and a pipe, on
/// which opening would wait for ever, is not waited for.
private enum LockFile {
  case opened(Int32)
  /// Something else is there.
  case foreign
  /// There is none, or it cannot be opened: the system's number for why.
  case failed(Int32)

  init(_ path: String, makes: Bool) {
    let how = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    var descriptor = open(path, how)
    if descriptor < 0, errno == ENOENT, makes { descriptor = open(path, how | O_CREAT, 0o644) }
    guard descriptor >= 0 else {
      self = errno == ELOOP || errno == ENXIO ? .foreign : .failed(errno)
      return
    }
    var found = stat()
    guard fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      self = .foreign
      return
    }
    self = .opened(descriptor)
  }
}
