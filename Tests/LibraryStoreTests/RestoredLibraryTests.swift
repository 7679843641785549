import Foundation
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A library that is restored differs from the one that made a request, and applies no answer to it.
@Suite struct RestoredLibraryTests {
  private let file: ScratchLibrary
  private let backup: String
  private let folder: String

  init() throws {
    file = try ScratchLibrary("laptop")
    folder = URL(fileURLWithPath: file.path).deletingLastPathComponent().path
    backup = folder + "/backup.sqlite"
  }

  private func open(_ memory: LibraryCache, path: String? = nil) throws -> Library {
    try LibraryOpening.open(
      path: path ?? file.path,
      identity: .init(configured: nil, machine: "machine") { UUID().uuidString.lowercased() }, memory: memory,
      clock: { Instant(milliseconds: 0) })
  }

  private func memoryFile(_ path: String? = nil, machine: String = "machine") -> LibraryCache {
    LibraryCache(
      ExternalStateFile(directory: folder + "/state/a", library: path ?? file.path, machine: machine))
  }

  private func putAside() throws {
    try? FileManager.default.removeItem(atPath: backup)
    try SQLiteConnection(file.path).execute("VACUUM INTO '\(backup)'")
  }

  private func restoreInPlace() throws { try SQLiteConnection(file.path).restore(from: backup) }

  private func page(_ title: String, _ library: Library) throws -> PulledPage {
    let uuid = UUID().uuidString.lowercased()
    let now = "2026-01-01T00:00:00.000Z"
    let entry = Entry(
      changeID: 1, row: RowName("Keywords", uuid), operation: .create, timestamp: now, clientID: "other",
      version: 1,
      payload: [
        "uuid": .text(uuid), "keyword": .text(title), "version": .integer(1), "client_id": .text("other"),
        "deleted": .integer(0), "last_modified": .text(now),
      ])
    return PulledPage(
      entries: [.entry(entry)], rules: .layer2(next: Position(1), chain: ChainValue(rawValue: "c")),
      origin: RequestOrigin(incarnation: try library.deviceState().incarnation))
  }

  private func keywords() throws -> SQLValue? {
    try SQLiteConnection(file.path, .readOnly).value("SELECT count(*) FROM Keywords")
  }

  @Test func `a page that was requested before a restore in place is not applied after it`() throws {
    let memory = LibraryCache()
    let library = try open(memory)
    try putAside()
    try library.keep(pause: nil)
    try library.keep(pause: Pause(until: nil))
    let page = try page("from before", library)
    let before = try library.deviceState()
    try restoreInPlace()
    let count = try keywords()
    #expect(throws: StoreError.replaced(path: file.path)) { try library.apply(page) }
    #expect(try keywords() == count)
    let again = try open(memory)
    #expect(again.consumeRestoredFlag())
    #expect(!again.consumeRestoredFlag())
    let after = try again.deviceState()
    #expect(after.device == before.device)
    #expect(after.incarnation != before.incarnation)
    // It was requested in another incarnation.
    #expect(throws: StoreError.replaced(path: file.path)) { try again.apply(page) }
    #expect(try keywords() == count)
    #expect(try !open(memory).consumeRestoredFlag())
  }

  @Test func `answers are not applied once an entry of the batch has changed`() throws {
    let library = try open(LibraryCache())
    var hub = LonelyHub()
    let batch = try library.nextBatch(BatchLimits(changes: 5, bytes: 1 << 20))
    let answers = hub.answer(batch)
    let application = try SQLiteConnection(file.path)
    try application.execute("UPDATE sync_log SET payload = payload || ' ' WHERE change_id = 2")
    #expect(throws: StoreError.replaced(path: file.path)) {
      try library.completePush(batch, answers: answers, checkpoint: nil)
    }
    #expect(throws: StoreError.replaced(path: file.path)) { try library.completePushWithoutAnswers(batch) }
    #expect(try library.deviceState().pushed == .none)
  }

  @Test func `a log that ends before the read position is another log`() throws {
    let memory = LibraryCache()
    let library = try open(memory)
    try putAside()
    try SampleLibrary(file.path, client: "app", seed: 2).addMedia(
      NewMedia(url: "u", title: "t", content: "c"))
    _ = try library.deviceState()
    try restoreInPlace()  // our token is the same in both
    #expect(throws: StoreError.replaced(path: file.path)) { try library.deviceState() }
    #expect(try open(memory).consumeRestoredFlag())
  }

  @Test func `a library that was restored while nothing ran begins one new incarnation`() throws {
    let first = try open(memoryFile()).deviceState()
    try putAside()
    try open(memoryFile()).keep(pause: Pause(until: nil))
    #expect(try !open(memoryFile()).consumeRestoredFlag())
    try restoreInPlace()
    let restored = try open(memoryFile())
    #expect(restored.consumeRestoredFlag())
    #expect(try restored.deviceState().device == first.device)
    #expect(try restored.deviceState().incarnation != first.incarnation)
    #expect(try !open(memoryFile()).consumeRestoredFlag())
  }

  @Test func `a copy made during a pause does not bring the pause back`() throws {
    let memory = LibraryCache()
    let library = try open(memory)
    try library.keep(pause: Pause(until: nil))
    try putAside()
    try library.keep(pause: nil)
    try restoreInPlace()
    #expect(try open(memory).deviceState().pause == nil)
  }

  @Test func `a backup from before the first sync is the same device in a new incarnation`() throws {
    try FileManager.default.copyItem(atPath: file.path, toPath: backup)
    let first = try open(memoryFile()).deviceState()
    try restoreInPlace()
    let restored = try open(memoryFile())
    #expect(restored.consumeRestoredFlag())
    #expect(try restored.deviceState().device == first.device)
    #expect(try restored.deviceState().incarnation != first.incarnation)
  }

  @Test func `remembered facts of a library apply only at its path and on its machine`() throws {
    let first = try open(memoryFile()).deviceState()
    let elsewhere = folder + "/elsewhere.sqlite"
    try SQLiteConnection(file.path).execute("VACUUM INTO '\(elsewhere)'")
    #expect(try !open(memoryFile(elsewhere), path: elsewhere).consumeRestoredFlag())
    #expect(memoryFile(machine: "another").remembered == nil)
    #expect(memoryFile().remembered?.device == first.device)
  }

  @Test func `remembered facts are read whole or not at all`() {
    let whole = RememberedLibrary(
      device: DeviceID(rawValue: "d"), token: WriteToken(rawValue: "t"), pending: nil, logSequence: 7)
    #expect(RememberedLibrary(text: whole.text) == whole)
    #expect(RememberedLibrary(text: whole.text + "left from before") == whole)
    for count in 0..<(whole.text.count - 1) {
      #expect(RememberedLibrary(text: String(whole.text.prefix(count))) == nil)
    }
  }
}
