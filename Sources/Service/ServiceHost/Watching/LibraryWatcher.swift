import EventLoop
import Glibc

/// Tells when the library's files change. It watches the library's directory, because a WAL commit touches only
/// `-wal`, and a rename over the file leaves a watch of the file dead. `-shm` is left out: every
/// reader writes it.
///
/// Our own commits are told like anybody's: call `drain()` after one, on the loop, then ask the library whether
/// somebody else has written.
package final class LibraryWatcher {
  /// What happened, all in one: the events of one read are told together.
  package struct News: OptionSet, Hashable, Sendable {
    /// The bits.
    package let rawValue: Int
    /// Takes the bits.
    package init(rawValue: Int) { self.rawValue = rawValue }
    /// Something was written.
    package static let changed = News(rawValue: 1)
    /// The library's name stands for another file now, or for none: compare device and inode.
    package static let replaced = News(rawValue: 2)
    /// The kernel left events out: check everything.
    package static let overflowed = News(rawValue: 4)
    /// The directory is gone, or something on the way to it was moved or pointed elsewhere: make a new watcher.
    package static let lost = News(rawValue: 8)
  }

  private let descriptor: Int32
  private let name: String
  private var source: FileSource?

  /// Watches the directory of the library at `path`; a link is followed, because SQLite keeps `-wal` beside the
  /// real file. The library itself need not exist. `handler` is called on the loop.
  package init(
    loop: LoopExecutor, path: String, handler: @escaping @Sendable (News) -> Void
  ) throws(SystemError) {
    // Before it is resolved: what changes in between is told.
    let walk = PathWalk(to: path)
    let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { throw SystemError("inotify_init") }
    Self.watch(walk, descriptor)
    let (directory, name) = Self.place(of: path)
    let interest =
      IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
      | IN_ONLYDIR
    guard inotify_add_watch(descriptor, directory, UInt32(interest)) >= 0 else {
      let error = SystemError("watching \(directory)")
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.name = name
    source = FileSource(loop: loop, descriptor: descriptor, closing: true) {
      let news = Self.readEvents(descriptor, name)
      if !news.isEmpty { handler(news) }
    }
  }

  /// Watches the way to the library. Of the folders on it only that they are moved or deleted is told, and of links that
  /// they go: who else works in those folders wakes nobody. What may not be watched is found by the name.
  private static func watch(_ walk: PathWalk, _ descriptor: Int32) {
    let gone = IN_MOVE_SELF | IN_DELETE_SELF
    for folder in walk.folders { _ = inotify_add_watch(descriptor, folder, UInt32(gone | IN_ONLYDIR)) }
    // A link that another is renamed over loses its name: that is an attribute.
    for link in walk.links {
      _ = inotify_add_watch(descriptor, link, UInt32(gone | IN_ATTRIB | IN_DONT_FOLLOW))
    }
  }

  /// The folder that a library is in, and its name there, links followed.
  static func place(of path: String) -> (directory: String, name: String) {
    let real = realpath(path, nil)
    defer { free(real) }
    let resolved = real.map { String(cString: $0) } ?? path
    let slash = resolved.lastIndex(of: "/")
    return (
      slash.map { $0 == resolved.startIndex ? "/" : String(resolved[..<$0]) } ?? ".",
      slash.map { String(resolved[resolved.index(after: $0)...]) } ?? resolved
    )
  }

  /// Takes what has happened until now, so that the handler is not called for it.
  @discardableResult
  package func drain() -> News { source == nil ? [] : Self.readEvents(descriptor, name) }

  /// Stops watching.
  package func cancel() {
    source?.cancel()
    source = nil
  }

  deinit { cancel() }

  private static func readEvents(_ descriptor: Int32, _ name: String) -> News {
    var news: News = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    // Bounded: a busy application may write faster than we read; the rest makes the source fire again.
    for _ in 0..<16 {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      buffer.withUnsafeBytes {
        news.formUnion(Self.news(UnsafeRawBufferPointer(rebasing: $0[..<count]), name))
      }
    }
    return news
  }

  /// Reads `struct inotify_event`s: watch, mask, cookie and name length, four bytes each, then the name.
  static func news(_ bytes: UnsafeRawBufferPointer, _ name: String) -> News {
    var news: News = []
    var offset = 0
    while offset + 16 <= bytes.count {
      let mask = Int32(bitPattern: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
      let end = min(offset + 16 + length, bytes.count)
      let file = String(decoding: bytes[(offset + 16)..<end].prefix { $0 != 0 }, as: UTF8.self)
      news.formUnion(Self.news(mask: mask, file: file, name: name))
      offset = end
    }
    return news
  }

  private static func news(mask: Int32, file: String, name: String) -> News {
    if mask & IN_Q_OVERFLOW != 0 { return .overflowed }
    if mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_UNMOUNT | IN_IGNORED) != 0 { return .lost }
    if file == name { return mask & IN_MODIFY != 0 ? .changed : .replaced }
    return file == name + "-wal" || file == name + "-journal" ? .changed : []
  }
}
