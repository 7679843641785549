import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// The application's log is emptied, or loses entries, while the library is in use.
@Suite struct LogChangeTests {
  /// Removes the files with this object.
  private final class Keeper { var files: [ScratchLibrary] = [] }

  private let keeper = Keeper()
  private let limits = BatchLimits(changes: 500, bytes: 4 << 20)

  private func library(_ count: Int = 3) throws -> (ScratchLibrary, Library, SampleLibrary) {
    let file = try ScratchLibrary("empty")
    let application = try SampleLibrary(
      file.path, client: "app", clock: .stepping(from: 1_767_225_600_000, by: 60_000))
    for number in 0..<count { try add("\(number)", application) }
    keeper.files.append(file)
    return (file, try file.open(), application)
  }

  @discardableResult
  private func add(_ name: String, _ application: SampleLibrary) throws -> String {
    try application.addMedia(NewMedia(url: name, title: "t \(name)", content: "c \(name)"))
  }

  private func reset(_ application: SampleLibrary) throws {
    try application.connection.execute("DELETE FROM sync_log")
    try application.connection.execute("DELETE FROM sqlite_sequence WHERE name = 'sync_log'")
  }

  @Test func `an emptied log is pushed from its beginning, under a new incarnation`() throws {
    let (_, library, application) = try library()
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    let before = try library.deviceState()
    try reset(application)
    try add("new", application)
    #expect(try library.deviceState().pendingLocal == 2)
    let batch = try library.nextBatch(limits)
    #expect(batch.logChange == .reset)
    #expect(batch.hasGap)
    #expect(batch.changes.map(\.entry.changeID) == [1, 2])
    let after = try library.deviceState()
    #expect(after.incarnation != before.incarnation)
    #expect(after.device == before.device)
    #expect(after.pushed == .none)
    #expect(after.logResetAt != nil)
    #expect(try library.nextBatch(limits).logChange == nil)
  }

  @Test func `an emptied log is recognised even if it has grown past the old one`() throws {
    let (_, library, application) = try library(1)
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    try reset(application)
    for number in 0..<5 { try add("new \(number)", application) }
    let batch = try library.nextBatch(limits)
    #expect(batch.logChange == .reset)
    #expect(batch.changes.first?.entry.changeID == 1)
  }

  @Test func `answers to a log that was emptied in the meantime are not applied`() throws {
    let (_, library, application) = try library()
    var hub = LonelyHub()
    let batch = try library.nextBatch(limits)
    try reset(application)
    for number in 0..<9 { try add("new \(number)", application) }
    #expect(throws: StoreError.logChanged(path: library.path, .reset)) {
      try library.completePush(batch, answers: hub.answer(batch), checkpoint: nil)
    }
    #expect(try library.deviceState().pushed == .none)
    #expect(try library.nextBatch(limits).changes.count == 18)
  }

  @Test func `old entries are not pruned from an emptied log`() throws {
    let (_, library, application) = try library()
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    try reset(application)
    try add("new", application)
    #expect(try library.pruneLog(before: Instant(milliseconds: 1_900_000_000_000), limit: 100) == 0)
    #expect(try library.nextBatch(limits).changes.count == 2)
  }

  @Test func `the daemon's own pruning and stripped payloads are neither a gap nor a reset`()
    throws
  {
    let (_, library, application) = try library()
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    try add("new", application)
    #expect(try library.pruneLog(before: Instant(milliseconds: 1_900_000_000_000), limit: 100) > 0)
    try application.connection.execute("UPDATE sync_log SET payload = '{}' WHERE change_id = 6")
    let batch = try library.nextBatch(limits)
    #expect(batch.logChange == nil)
    #expect(!batch.hasGap)
    #expect(batch.changes.count == 2)
  }

  @Test(arguments: ["change_id = 8", "change_id <= 8", "change_id >= 8", "change_id > 6"])
  func `entries deleted before they were read are a gap, which is reported once`(gone: String) throws {
    let (_, library, application) = try library()
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    try add("new", application)
    try add("newer", application)
    try application.connection.execute("DELETE FROM sync_log WHERE \(gone)")
    let batch = try library.nextBatch(limits)
    #expect(batch.logChange == .gap)
    #expect(batch.hasGap)
    #expect(try library.nextBatch(limits).logChange == nil)
    try library.endComparison(.logGap)
    #expect(try library.nextBatch(limits).hasGap == false)
    _ = try pushAll(library, into: &hub)
    try add("last", application)
    let last = try library.nextBatch(limits)
    #expect(last.logChange == nil && !last.hasGap && last.changes.count == 2)
    try application.connection.execute(
      "DELETE FROM sync_log WHERE change_id = (SELECT max(change_id) FROM sync_log)")
    #expect(try library.nextBatch(limits).logChange == .gap)
  }

  @Test func `a comparison during which more entries disappear does not end the gap`() throws {
    let (_, library, application) = try library()
    try application.connection.execute("DELETE FROM sync_log WHERE change_id = 2")
    #expect(try library.nextBatch(limits).hasGap)
    try application.connection.execute("DELETE FROM sync_log WHERE change_id = 3")
    try library.endComparison(.logGap)
    #expect(try library.nextBatch(limits).hasGap)
    try library.endComparison(.logGap)
    #expect(try library.nextBatch(limits).hasGap == false)
  }

  @Test func `no page is applied while entries are missing unnoticed`() throws {
    let hub = try ScratchHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "first", content: "text"))
    try one.sync(hub.library)
    try two.sync(hub.library)
    try one.application.updateMedia(uuid, title: "elsewhere")
    try one.sync(hub.library)
    // Typed between the push and the page, and its entry deleted at once.
    #expect(try two.push(hub.library) == nil)
    try two.application.updateMedia(uuid, title: "typed here")
    try two.application.connection.execute(
      "DELETE FROM sync_log WHERE change_id = (SELECT max(change_id) FROM sync_log)")
    #expect(throws: StoreError.logChanged(path: two.library.path, .gap)) { try two.pull(hub.library) }
    #expect(
      try two.application.connection.value("SELECT title FROM Media") == .text("typed here"))
    #expect(try two.library.deviceState().hasLogGap)
  }

  @Test func `a snapshot queues what it would overwrite while entries are missing`() throws {
    let hub = try ScratchHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "first", content: "text"))
    try one.sync(hub.library)
    try two.sync(hub.library)
    try two.application.updateMedia(uuid, title: "typed here")
    try two.application.connection.execute(
      "DELETE FROM sync_log WHERE change_id = (SELECT max(change_id) FROM sync_log)")
    try one.application.updateMedia(uuid, content: "text elsewhere")
    try one.sync(hub.library)
    try two.applySnapshot(hub.library, .asked)
    #expect(try two.library.deviceState().pendingLocal == 1)
    try two.sync(hub.library)
    for device in [two, one] {
      try device.sync(hub.library)
      #expect(try device.application.connection.value("SELECT title FROM Media") == .text("typed here"))
      #expect(try device.application.connection.value("SELECT content FROM Media") == .text("text elsewhere"))
    }
  }
}
