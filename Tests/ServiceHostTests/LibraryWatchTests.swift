import EventLoop
import Foundation
import Glibc
import Testing

@testable import ServiceHost

@Suite struct LibraryWatchTests {
  private let loop = LoopExecutor()
  private let scratch = Scratch()
  private let heard = Signpost<LibraryMonitor.News>()
  private let methods = Signpost<LibraryMonitor.Method>()
  private var folder: String { scratch.path + "/library" }
  private var path: String { folder + "/library.db" }

  init() { mkdir(folder, 0o700) }

  private func watch(
    every interval: Duration = .milliseconds(30), on network: String? = nil
  ) throws -> LibraryMonitor {
    try loop.queue.sync {
      let watch = try LibraryMonitor(
        loop: loop, path: path, interval: interval, networkName: { _ in network }
      ) {
        [heard] in heard.pass($0)
      }
      watch.methodChanged = { [methods] in methods.pass($0) }
      return watch
    }
  }

  private func write(_ path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    _ = Glibc.write(descriptor, "x", 1)
    close(descriptor)
  }

  /// Skips everything until `news` comes.
  private func hears(_ news: LibraryMonitor.News) -> Bool {
    while let one = heard.next() { if one == news { return true } }
    return false
  }

  /// Everything that comes until a moment of silence, each once.
  private func everything() -> Set<LibraryMonitor.News> {
    var all: Set<LibraryMonitor.News> = []
    while let one = heard.next(within: 0.15) { all.insert(one) }
    return all
  }

  @Test func `a library on a local disk is not polled, and writes are reported`() throws {
    write(path)
    let watch = try watch()
    #expect(loop.queue.sync { watch.method } == .events)
    #expect(everything() == [])
    write(path + "-wal")
    #expect(everything() == [.stirred])
    loop.queue.sync { watch.cancel() }
  }

  @Test func `the first file under the library's name is reported, and so is the second`() throws {
    write(path)
    let watch = try watch()
    for _ in 0..<2 {
      write(folder + "/new.db")
      rename(folder + "/new.db", path)
      #expect(everything() == [.replaced])
    }
    write(path)
    #expect(everything() == [.stirred])
    loop.queue.sync { watch.cancel() }
  }

  @Test func `a deleted library is polled until it is back`() throws {
    write(path)
    let watch = try watch()
    unlink(path)
    #expect(heard.next() == .replaced)
    #expect(methods.next() == .polling(reason: .missing))
    #expect(heard.next() == .due)
    write(path)
    #expect(hears(.replaced))
    #expect(methods.next() == .events)
    #expect(everything().isSubset(of: [.stirred, .due]))
    #expect(everything() == [])
    loop.queue.sync { watch.cancel() }
  }

  @Test func `a folder that is moved away and comes back is watched again`() throws {
    write(path)
    let watch = try watch()
    rename(folder, scratch.path + "/elsewhere")
    #expect(hears(.replaced))
    #expect(methods.next() == .polling(reason: .folderMissing))
    rename(scratch.path + "/elsewhere", folder)
    #expect(hears(.replaced))
    #expect(methods.next() == .events)
    _ = everything()
    write(path + "-wal")
    #expect(everything() == [.stirred])
    loop.queue.sync { watch.cancel() }
  }

  @Test func `a new folder in place of a missing library's is noticed without an event`() throws {
    // As if a disk were mounted there: the watched folder is hidden, and gets no event.
    let watch = try watch()
    #expect(loop.queue.sync { watch.method } == .polling(reason: .missing))
    let other = scratch.path + "/other"
    mkdir(other, 0o700)
    write(other + "/library.db")
    rename(folder, scratch.path + "/hidden")
    rename(other, folder)
    #expect(hears(.replaced))
    // A check between the two renames finds no folder at all.
    while let method = methods.next(), method != .events {}
    #expect(loop.queue.sync { watch.method } == .events)
    loop.queue.sync { watch.cancel() }
  }

  @Test func `a library on a network file system is polled as well as watched`() throws {
    write(path)
    let watch = try watch(on: "NFS")
    #expect(loop.queue.sync { watch.method } == .polling(reason: .network("NFS")))
    #expect(heard.next() == .due)
    #expect(heard.next() == .due)
    write(path + "-journal")
    #expect(hears(.stirred))
    loop.queue.sync { watch.cancel() }
    while heard.next(within: 0.15) != nil {}
    #expect(heard.next(within: 0.15) == nil, "cancelled, nothing comes any more")
  }

  @Test(arguments: [
    (ENOSPC, "max_user_watches"), (EMFILE, "max_user_instances"), (ENOENT, "no such folder"),
    (EACCES, "Permission denied"),
  ])
  func `the reason for polling says what can be done about it`(number: Int32, word: String) {
    #expect(WatchLimitation(SystemError("watching /srv", number: number)).description.contains(word))
  }
}
