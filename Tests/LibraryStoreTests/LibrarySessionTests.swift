import CSQLite
import Foundation
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// When a library is open, and when it is checked.
@Suite struct LibrarySessionTests {
  private let file: ScratchLibrary
  private let session: LibrarySession

  init() throws {
    let file = try ScratchLibrary("laptop")
    self.file = file
    let memory = LibraryCache()
    // These writes fall within one tick of the file system's clock: only the size reveals them.
    let pace = StoreEnvironment(
      now: StoreEnvironment.real.now, pause: StoreEnvironment.real.pause, readers: .inSharedMemory,
      busyTimeout: .seconds(5),
      firstSlice: 200, stamp: { FileStampReading(stamp: FileStampReading(path: $0).stamp, isOldEnough: true) }
    )
    session = LibrarySession(path: file.path, pace: pace) { () throws(StoreError) in
      try LibraryOpening.open(
        path: file.path,
        identity: .init(configured: nil, machine: "machine") { UUID().uuidString }, memory: memory,
        pace: pace,
        clock: { Instant(milliseconds: 0) })
    }
    try SQLiteConnection(file.path).execute("PRAGMA journal_mode = WAL")
    #expect(try session.current().hasChangedOutside())
    while try session.rest() { _ = try session.look() }
  }

  private func beside() throws -> [String] {
    let folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  private func add(_ title: String, keeping application: SampleLibrary? = nil) throws {
    let application = try application ?? SampleLibrary(file.path, client: "client", seed: 7)
    try application.addMedia(NewMedia(url: title, title: title, content: title))
  }

  @Test func `at rest there is one file, and checking it again opens nothing`() throws {
    #expect(!session.isOpen)
    #expect(try beside() == ["library.sqlite"])
    #expect(try session.look() == .unmoved)
    #expect(try !session.rest())
  }

  @Test func `each change of the application is noticed once, whether it stays open or not`() throws {
    try add("gone again")
    guard case .changed(let deviceState) = try session.look() else {
      Issue.record("an edit was not seen")
      return
    }
    #expect(deviceState.pendingLocal > 0)
    #expect(!session.isOpen)
    #expect(try session.look() == .unmoved)
    let application = try SampleLibrary(file.path, client: "client", seed: 8)
    try add("stays", keeping: application)
    guard case .changed = try session.look() else {
      Issue.record("an edit was not seen")
      return
    }
    #expect(try session.look() == .unmoved)
    #expect(try application.connection.value("PRAGMA integrity_check") == .text("ok"))
  }

  @Test func `the daemon's own writes are not noticed as changes`() throws {
    try session.current().keep(pause: Pause(until: nil))
    #expect(session.isOpen)
    // Closing the last connection makes a checkpoint, which is visible from outside: then check once more.
    if try session.rest() { #expect(try session.look() == .unchanged) }
    #expect(try session.look() == .unmoved)
    #expect(try beside() == ["library.sqlite"])
  }

  @Test func `a file that is being copied into place is distinguished from a permanently damaged one`()
    throws
  {
    let whole = try Data(contentsOf: URL(fileURLWithPath: file.path))
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
    try handle.truncate(atOffset: 5000)
    let error = #expect(throws: StoreError.self) { try session.look() }
    #expect(error?.mayBeHalfWritten == true, "\(error.map { "\($0)" } ?? "")")
    #expect(!session.isOpen)
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: whole)
    #expect(try session.look() == .unchanged)
    #expect(try session.look() == .unmoved)
  }

  @Test func `an older or newer copy in the same file is reported`() throws {
    let copy = try Data(contentsOf: URL(fileURLWithPath: file.path))
    try session.current().keep(pause: Pause(until: nil))
    _ = try session.rest()
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
    try handle.write(contentsOf: copy)
    try handle.truncate(atOffset: UInt64(copy.count))
    #expect(throws: StoreError.replaced(path: file.path)) { try session.look() }
    #expect(throws: StoreError.replaced(path: file.path)) { try session.current().deviceState() }
    session.forget()
    #expect(try session.current().deviceState().pause == nil)
  }

  @Test func `another file under the name is reported, also while the first is open`() throws {
    let library = try session.current()
    _ = try library.deviceState()
    let copy = file.path + ".new"
    try FileManager.default.copyItem(atPath: file.path, toPath: copy)
    try #require(rename(copy, file.path) == 0)
    #expect(throws: StoreError.replaced(path: file.path)) { try library.deviceState() }
  }

  @Test func `if SQLite cannot close a file, that is an error, and it is closed later`() throws {
    let library = try session.current()
    var statement: OpaquePointer?
    _ = try library.read { database in
      sqlite3_prepare_v2(database.sqliteConnection, "SELECT 1", -1, &statement, nil)
    }
    let error = #expect(throws: StoreError.self) { try session.rest() }
    #expect(error?.description.contains("could not be closed") == true)
    #expect(session.isOpen)
    sqlite3_finalize(statement)
    _ = try session.rest()
    #expect(!session.isOpen)
  }
}
