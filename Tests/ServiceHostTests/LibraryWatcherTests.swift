import EventLoop
import Foundation
import Glibc
import Testing

@testable import ServiceHost

@Suite struct LibraryWatcherTests {
  private let loop = LoopExecutor()
  private let scratch = Scratch()
  private let heard = Signpost<LibraryWatcher.News>()

  private func watch(_ name: String = "library.db") throws -> LibraryWatcher {
    try LibraryWatcher(loop: loop, path: scratch.path + "/" + name) { [heard] in heard.pass($0) }
  }

  private func write(_ name: String) {
    let descriptor = open(scratch.path + "/" + name, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    _ = Glibc.write(descriptor, "x", 1)
    close(descriptor)
  }

  /// Everything that comes until a moment of silence.
  private func news() -> LibraryWatcher.News {
    var all = heard.next() ?? []
    while let more = heard.next(within: 0.05) { all.formUnion(more) }
    return all
  }

  @Test(arguments: ["library.db", "library.db-wal", "library.db-journal"])
  func `a write to the library's files is reported`(name: String) throws {
    write(name)
    let watcher = try watch()
    write(name)
    #expect(news() == .changed)
    watcher.cancel()
  }

  @Test(arguments: ["library.db-shm", "other.db", "library.db2", "library.db-wal2", "library.d"])
  func `a write to another file is not reported`(name: String) throws {
    let watcher = try watch()
    write(name)
    #expect(heard.next(within: 0.1) == nil)
    watcher.cancel()
  }

  @Test func `another file under the library's name is reported as such`() throws {
    write("library.db")
    write("new.db")
    let watcher = try watch()
    rename(scratch.path + "/new.db", scratch.path + "/library.db")
    #expect(news() == .replaced)
    unlink(scratch.path + "/library.db")
    #expect(news() == .replaced)
    write("library.db")
    #expect(news() == [.replaced, .changed])
    watcher.cancel()
  }

  @Test func `a link is followed to the log's folder`() throws {
    write("library.db")
    let elsewhere = Scratch()
    symlink(scratch.path + "/library.db", elsewhere.path + "/link.db")
    let watcher = try LibraryWatcher(loop: loop, path: elsewhere.path + "/link.db") { [heard] in
      heard.pass($0)
    }
    write("library.db-wal")
    #expect(news() == .changed)
    watcher.cancel()
  }

  @Test func `a burst is reported in few calls, and drained events not at all`() throws {
    let watcher = try watch()
    loop.queue.sync { for _ in 0..<500 { write("library.db-wal") } }
    #expect(heard.next() == .changed)
    var calls = 1
    while heard.next(within: 0.1) != nil { calls += 1 }
    #expect(calls <= 3)
    loop.queue.sync {
      write("library.db-wal")
      #expect(watcher.drain() == .changed)
      #expect(watcher.drain() == [])
    }
    #expect(heard.next(within: 0.1) == nil)
    watcher.cancel()
  }

  @Test func `a directory that disappears is reported`() throws {
    let watcher = try watch()
    rmdir(scratch.path)
    #expect(news() == .lost)
    watcher.cancel()
  }

  @Test func `a missing directory is an error that names it`() {
    let error = #expect(throws: SystemError.self) {
      try LibraryWatcher(loop: loop, path: "/nowhere/library.db") { _ in }
    }
    #expect(error?.description == "watching /nowhere: No such file or directory")
  }

  @Test func `an overflow of the kernel's queue is reported`() {
    var event = [UInt8](repeating: 0, count: 16)
    event.withUnsafeMutableBytes {
      $0.storeBytes(of: UInt32(IN_Q_OVERFLOW), toByteOffset: 4, as: UInt32.self)
    }
    #expect(event.withUnsafeBytes { LibraryWatcher.news($0, "library.db") } == .overflowed)
  }
}
