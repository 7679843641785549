import Foundation
import SyncCore
import Testing

@testable import LibraryStore

/// The lock is next to the library, where others may write too.
struct LibraryLockTests {
  let directory: URL
  let library: String

  init() throws {
    directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("mediasync-lock-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    library = directory.appendingPathComponent("library.sqlite").path
    _ = FileManager.default.createFile(atPath: library, contents: nil)
  }

  private var file: String { library + LibraryLock.suffix }

  private func expectForeign(_ sourceLocation: SourceLocation = #_sourceLocation) throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect(sourceLocation: sourceLocation) {
      try LibraryLock(libraryPath: library).acquire()
    } throws: { error in
      guard case .inputOutput(let path, _)? = error as? StoreError else { return false }
      return path.hasSuffix(LibraryLock.suffix)
    }
    #expect(!LibraryLock.isHeld(libraryPath: library), sourceLocation: sourceLocation)
  }

  @Test func `a link in place of the lock is not followed`() throws {
    let target = directory.appendingPathComponent("target").path
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
    try expectForeign()
    #expect(!FileManager.default.fileExists(atPath: target), "nothing was made where it leads")
  }

  @Test(.timeLimit(.minutes(1))) func `a pipe in place of the lock does not block`() throws {
    #expect(mkfifo(file, 0o666) == 0)
    try expectForeign()
  }

  @Test func `a folder in place of the lock is not a lock`() throws {
    try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: true)
    try expectForeign()
  }

  @Test func `once the obstacle is gone, the lock is taken and held`() throws {
    defer { try? FileManager.default.removeItem(at: directory) }
    let lock = LibraryLock(libraryPath: library)
    #expect(mkfifo(file, 0o666) == 0)
    #expect(throws: StoreError.self) { try lock.acquire() }
    unlink(file)
    try lock.acquire()
    #expect(LibraryLock.isHeld(libraryPath: library))
  }
}
