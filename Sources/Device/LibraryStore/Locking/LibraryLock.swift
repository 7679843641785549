import Glibc
import SyncCore
import Synchronization

/// Ensures that only one process at a time syncs a library. The lock is an advisory lock on a file beside the
/// library and is held until the process ends, however it ends. Two daemons would each keep their own copy of
/// the cursors and move the other's back.
///
/// The lock has its own file, because closing any descriptor of the database would drop SQLite's own locks on
/// it.
package final class LibraryLock: Sendable {
  /// The suffix that makes the lock's path from the library's.
  package static let suffix = "-mediasync.lock"

  private let path: String
  private let descriptor = Mutex<Int32>(-1)

  /// Prepares the lock of the library at `path`, without taking it.
  package init(libraryPath path: String) { self.path = path }

  deinit {
    let open = descriptor.withLock { $0 }
    if open >= 0 { close(open) }
  }

  /// Takes the lock, unless this object already holds it. If the library's path now names another file, takes
  /// the lock of that file instead. If the lock file cannot be created because the library's directory is
  /// missing or not writable, takes nothing: opening the library reports that error.
  ///
  /// - Throws: `inUse` if another process holds the lock, `inputOutput` if the path is not a regular file,
  ///   `diskFull`.
  package func acquire() throws(StoreError) {
    let path = path
    let refusal: StoreError? = descriptor.withLock { held in
      // A path with a symbolic link means the same library.
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
        // The file system has no locks. mediasync can guarantee nothing there, and refuses nothing.
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

  /// Whether a process holds the lock of the library at `path`. Creates nothing and keeps no lock.
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

/// The file of a lock. Others may be able to write to its directory, so a symbolic link is not followed, and
/// opening a pipe does not block.
private enum LockFile {
  case opened(Int32)
  /// The path is not a regular file.
  case foreign
  /// The file does not exist or cannot be opened. The value is `errno`.
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
