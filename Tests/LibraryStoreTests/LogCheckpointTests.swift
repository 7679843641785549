import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

@Suite struct LogCheckpointTests {
  private func add(_ title: String, to file: ScratchLibrary) throws {
    try SampleLibrary(file.path, client: "client", seed: 7).addMedia(
      NewMedia(url: title, title: title, content: title))
  }

  @Test func `a log only moves forward, whatever is deleted from it, unless somebody resets it`() throws {
    let file = try ScratchLibrary("laptop")
    // Each time with a library object that knows nothing of the last one.
    func checkpoint() throws -> LocalLogEnd { try file.open().read { try LocalLogEnd.read($0) } }
    let before = try checkpoint()
    #expect(before.newest > 10 && before.sequence == before.newest)
    try SQLiteConnection(file.path).execute("DELETE FROM sync_log")
    #expect(
      try checkpoint() == LocalLogEnd(newest: 0, sequence: before.sequence))
    try SQLiteConnection(file.path).execute("DELETE FROM sqlite_sequence WHERE name = 'sync_log'")
    #expect(try checkpoint() == LocalLogEnd(newest: 0, sequence: 0))
    try add("one", to: file)
    let after = try checkpoint()
    #expect(after.newest == after.sequence && after.sequence < before.sequence)
  }

  @Test func `the hash of entries changes with each entry and each of its fields`() throws {
    let file = try ScratchLibrary("laptop")
    let library = try file.open()
    func hash() throws -> LogHash {
      try library.read { try LocalLogEnd.hash(after: ChangeID(2), through: ChangeID(6), $0) }
    }
    let whole = try hash()
    try add("behind them", to: file)
    #expect(try hash() == whole)
    let application = try SQLiteConnection(file.path)
    try application.execute("UPDATE sync_log SET payload = payload || ' ' WHERE change_id = 4")
    let edited = try hash()
    #expect(edited != whole)
    try application.execute("DELETE FROM sync_log WHERE change_id = 6")
    #expect(try hash() != edited)
    #expect(try library.read { try LocalLogEnd.hash(of: ChangeID(6), $0) } == nil)
    #expect(try library.read { try LocalLogEnd.hash(of: ChangeID(5), $0) } != nil)
  }
}
