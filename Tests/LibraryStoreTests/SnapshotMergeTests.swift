import Foundation
import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A hub's store in its own directory, which can be restored from an older copy.
final class ScratchHub {
  private(set) var library: HubLibrary
  private let directory: URL
  private var path: String { directory.appending(path: "hub.sqlite").path }

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "hub-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    library = try HubLibrary.open(at: directory.appending(path: "hub.sqlite").path, durability: .process)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Copies the file.
  func backUp() throws {
    let source = try SQLiteConnection(path, .readWrite)
    try source.execute("VACUUM INTO '\(path)-backup'")
  }

  /// Puts the copy in the file's place.
  func restore() throws {
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    try FileManager.default.copyItem(atPath: path + "-backup", toPath: path)
    library = try HubLibrary.open(at: path, durability: .process)
  }
}

@Suite struct SnapshotMergeTests {
  private func expectEqual(_ devices: SyncedDevice..., note: Comment? = nil) throws {
    let digests = try devices.map { try LibraryDigest($0.file.path) }
    for digest in digests.dropFirst() {
      let isEqual = digest == digests[0]
      #expect(isEqual, "\(digest.difference(from: digests[0], limit: 6))")
    }
    for device in devices {
      let deviceState = try device.library.deviceState()
      #expect(deviceState.pendingLocal == 0 && deviceState.parked == 0 && deviceState.quarantined == 0)
      #expect(deviceState.snapshot == nil)
    }
  }

  @Test(arguments: [1, 7, 100, 5000])
  func `a new device is complete after a snapshot, whatever the size of its pieces`(limit: Int) throws {
    let hub = try ScratchHub()
    let source = try SyncedDevice(1, fixture: "laptop")
    try source.sync(hub.library)
    let fresh = try SyncedDevice(2)
    #expect(try fresh.applySnapshot(hub.library, .cursorTooOld, limit: limit))
    #expect(try fresh.library.deviceState().pulled == source.library.deviceState().pulled)
    try expectEqual(source, fresh)
    #expect(try LibraryHealth.problems(fresh.file.path).isEmpty)
  }

  @Test func `an interrupted snapshot continues after a restart`() throws {
    let hub = try ScratchHub()
    let source = try SyncedDevice(1, fixture: "laptop")
    try source.sync(hub.library)
    let fresh = try SyncedDevice(2)
    #expect(try !fresh.applySnapshot(hub.library, .cursorTooOld, limit: 40, pieces: 3))
    let rows = try fresh.library.deviceState().snapshot?.rows
    #expect(rows == 120)
    #expect(try fresh.library.deviceState().pulled == .start)
    try fresh.restart()
    #expect(try fresh.library.deviceState().snapshot?.rows == 120)
    // Others write during the snapshot.
    let media = try #require(try source.application.connection.value("SELECT uuid FROM Media LIMIT 1")?.text)
    try source.application.updateMedia(media, title: "written in the middle")
    try source.sync(hub.library)
    #expect(try fresh.applySnapshot(hub.library, .cursorTooOld, limit: 40))
    try fresh.sync(hub.library)
    try expectEqual(source, fresh)
  }

  /// A device with a whole library, another that has applied it, and one of its media.
  private func inStep(_ hub: ScratchHub) throws -> (SyncedDevice, SyncedDevice, media: String) {
    let source = try SyncedDevice(1, fixture: "laptop")
    let other = try SyncedDevice(2)
    try source.sync(hub.library)
    try other.sync(hub.library)
    let media = try #require(try other.application.connection.value("SELECT uuid FROM Media LIMIT 1")?.text)
    return (source, other, media)
  }

  @Test func `unpushed changes survive a snapshot`() throws {
    let hub = try ScratchHub()
    let (source, other, media) = try inStep(hub)
    try other.application.updateMedia(media, title: "typed while away")
    _ = try other.application.addMedia(NewMedia(url: "https://new.example/1", title: "new", content: "new"))
    try source.application.updateMedia(media, content: "written elsewhere")
    try source.sync(hub.library)
    #expect(try other.applySnapshot(hub.library, .asked))
    #expect(
      try other.application.connection.value("SELECT title FROM Media WHERE uuid = ?", [.text(media)])?.text
        == "typed while away")
    try other.sync(hub.library)
    try source.sync(hub.library)
    try expectEqual(source, other)
    let row = try source.application.connection.named(
      "SELECT title, content FROM Media WHERE uuid = ?", [.text(media)])
    #expect(row?["title"] == .text("typed while away"))
    #expect(row?["content"] == .text("written elsewhere"))
  }

  @Test func `a change without a log entry is kept when a snapshot overwrites it`() throws {
    let hub = try ScratchHub()
    let (source, other, media) = try inStep(hub)
    try other.application.connection.execute(
      "UPDATE Media SET author = 'a repair shop', version = version + 1 WHERE uuid = '\(media)'")
    #expect(try other.applySnapshot(hub.library, .asked))
    let records = try other.library.conflicts(after: 0, limit: 10).records
    #expect(records.map(\.row.uuid) == [media])
    let record = try other.library.conflict(try #require(records.first).id)
    #expect(record?.losing["author"] == .text("a repair shop"))
    let author = "SELECT author FROM Media WHERE uuid = ?"
    #expect(
      try other.application.connection.value(author, [.text(media)])
        == source.application.connection.value(author, [.text(media)]))
    // A second time there is nothing to keep.
    #expect(try other.applySnapshot(hub.library, .asked))
    #expect(try other.library.deviceState().conflicts == 1)
  }

  /// A device that returns after a long absence, whose title has lost to another's later edit in the
  /// meantime.
  private func beaten(_ hub: HubLibrary, deletes: Bool = false) throws -> (SyncedDevice, media: String) {
    let (away, here) = (try SyncedDevice(1), try SyncedDevice(2, start: 1_799_999_500_000))
    let media = try away.application.addMedia(
      NewMedia(url: "https://a.example", title: "one", content: "text"))
    for device in [away, here] { try device.sync(hub) }
    try away.application.updateMedia(media, title: "typed before it left")
    try here.application.updateMedia(media, title: "typed later")
    for device in [away, here] { try device.sync(hub) }
    if deletes {
      try here.application.softDelete(media)
      try here.sync(hub)
      _ = try hub.forget(away.library.deviceState().device)
    }
    let later = here.now + .seconds(100 * 86_400)
    for device in [away, here] { device.now = later }
    if deletes { try here.sync(hub) }
    let report = try hub.retain(now: later + .seconds(100 * 86_400), retention: .seconds(90 * 86_400))
    #expect(report.forgotten > 0 || !deletes)
    #expect(try away.pull(hub) == .cursorTooOld)
    return (away, media)
  }

  @Test func `a loss in the log that a snapshot skips becomes one record, and can be restored`() throws {
    let hub = try ScratchHub()
    let (away, media) = try beaten(hub.library)
    #expect(try away.applySnapshot(hub.library, .cursorTooOld))
    #expect(try away.applySnapshot(hub.library, .asked), "told again, since nothing was pulled")
    let records = try away.library.conflicts(after: 0, limit: 10).records.filter {
      $0.columns.contains("title")
    }
    let record = try #require(records.first)
    #expect(records.count == 1)
    #expect(record.row == RowName("Media", media))
    #expect(record.winner == "client-2")
    _ = try away.library.restoreConflict(record.id).get()
    try away.sync(hub.library)
    let fresh = try SyncedDevice(3)
    try fresh.sync(hub.library)
    #expect(try fresh.application.connection.value("SELECT title FROM Media")?.text == "typed before it left")
    try expectEqual(away, fresh)
  }

  @Test
  func `a loss is a record also if the device is killed, or if the row is forgotten`()
    throws
  {
    let hub = try ScratchHub()
    let (away, media) = try beaten(hub.library, deletes: true)
    #expect(try !away.applySnapshot(hub.library, .cursorTooOld, limit: 1, pieces: 1))
    try away.restart()
    #expect(try away.applySnapshot(hub.library, .cursorTooOld, limit: 1))
    let records = try away.library.conflicts(after: 0, limit: 10).records.filter {
      $0.columns.contains("title")
    }
    #expect(records.map(\.row) == [RowName("Media", media)])
    let id = try #require(records.first?.id)
    #expect(try away.library.conflict(id)?.losing["title"] == .text("typed before it left"))
  }

  @Test func `every device returns what a restored hub has lost`() throws {
    let hub = try ScratchHub()
    let first = try SyncedDevice(1, fixture: "laptop")
    let second = try SyncedDevice(2, fixture: "desktop")
    for device in [first, second, first] { try device.sync(hub.library) }
    try hub.backUp()
    let media = try #require(try first.application.connection.value("SELECT uuid FROM Media LIMIT 1")?.text)
    try first.application.updateMedia(media, title: "lost and found")
    _ = try first.application.addMedia(
      NewMedia(url: "https://lost.example/1", title: "also lost", content: "body", keywords: ["lost word"]))
    try first.sync(hub.library)
    try second.application.updateMedia(media, content: "lost as well")
    try second.sync(hub.library)
    try first.sync(hub.library)
    try hub.restore()
    try second.sync(hub.library)
    try first.sync(hub.library)
    try second.sync(hub.library)
    try expectEqual(first, second)
    let row = try second.application.connection.named(
      "SELECT title, content FROM Media WHERE uuid = ?", [.text(media)])
    #expect(row?["title"] == .text("lost and found"))
    #expect(row?["content"] == .text("lost as well"))
    let fresh = try SyncedDevice(3)
    try fresh.sync(hub.library)
    try expectEqual(first, fresh)
  }

  @Test func `the log checkpoint exposes a hub that was restored and written to again`() throws {
    let hub = try ScratchHub()
    let first = try SyncedDevice(1)
    let second = try SyncedDevice(2)
    _ = try first.application.addMedia(NewMedia(url: "https://one.example", title: "one", content: "one"))
    try first.sync(hub.library)
    try second.sync(hub.library)
    try hub.backUp()
    // Answered, but not pulled: the cursor is still before the coming loss.
    _ = try second.application.addMedia(NewMedia(url: "https://two.example", title: "two", content: "two"))
    _ = try second.push(hub.library)
    try hub.restore()
    for number in 0..<5 {
      _ = try first.application.addMedia(
        NewMedia(url: "https://more.example/\(number)", title: "more", content: "more \(number)"))
    }
    try first.sync(hub.library)
    #expect(try second.pull(hub.library) == .logRewound)
    try second.sync(hub.library)
    try first.sync(hub.library)
    try expectEqual(first, second)
    #expect(try first.application.connection.value("SELECT count(*) FROM Media")?.integer == 7)
  }

  @Test func `a recreated hub gets everything from the devices that join it`() throws {
    let old = try ScratchHub()
    let first = try SyncedDevice(1)
    let second = try SyncedDevice(2, start: 1_799_999_500_000)
    // Before everything that is typed below.
    for device in [first, second] { device.now = Instant(milliseconds: 1_799_990_000_000) }
    for device in [first, second] { try device.library.adopt(log: old.library.logID) }
    let uuids = try (0..<6).map {
      try first.application.addMedia(
        NewMedia(url: "https://one.example/\($0)", title: "one \($0)", content: "\($0)", keywords: ["k"]))
    }
    for device in [first, second] { try device.sync(old.library) }
    for device in [first, second] { device.now = Instant(milliseconds: 1_800_000_000_000) }
    // Typed and deleted, and the old hub never received it.
    try first.application.updateMedia(uuids[0], title: "never pushed")
    try first.application.softDelete(uuids[1])
    try second.application.updateMedia(uuids[2], title: "nor this")
    let fresh = try ScratchHub()
    #expect(try first.pull(fresh.library) == .logMismatch)
    try first.join(fresh.library)
    #expect(try first.library.deviceState().log == fresh.library.logID)
    try first.sync(fresh.library)
    try second.join(fresh.library)
    for device in [second, first, second] { try device.sync(fresh.library) }
    try expectEqual(first, second)
    let third = try SyncedDevice(3)
    try third.sync(fresh.library)
    try expectEqual(first, third)
    let rows = try third.application.connection.rows("SELECT title, deleted FROM Media ORDER BY url")
    #expect(
      rows.map { $0[0].text ?? "" } == ["never pushed", "one 1", "nor this", "one 3", "one 4", "one 5"])
    #expect(rows.map { $0[1].integer ?? 0 } == [0, 1, 0, 0, 0, 0])
    for device in [first, second] { #expect(try LibraryHealth.problems(device.file.path).isEmpty) }
  }

  @Test func `a library that joins another hub brings its rows, and applies the hub's`() throws {
    let (old, other) = (try ScratchHub(), try ScratchHub())
    let mover = try SyncedDevice(1, fixture: "laptop")
    let resident = try SyncedDevice(2, fixture: "desktop")
    try mover.library.adopt(log: old.library.logID)
    try mover.sync(old.library)
    try resident.sync(other.library)
    // A kill after every piece of the snapshot: applied pieces stay, and the rest follows.
    try mover.library.join(log: other.library.logID)
    while try !mover.applySnapshot(other.library, .joined, limit: 150, pieces: 1) {
      try mover.restart()
      #expect(try mover.library.deviceState().snapshot?.reason == .joined)
    }
    for device in [mover, resident, mover] { try device.sync(other.library) }
    try expectEqual(mover, resident)
    // Both libraries' own media are there: the fixtures share fifteen.
    let both = try resident.application.connection.value("SELECT count(*) FROM Media")?.integer ?? 0
    let own = try ["laptop", "desktop"].map {
      try SyncedDevice(9, fixture: $0).application.connection.value("SELECT count(*) FROM Media")?.integer
        ?? 0
    }
    #expect(both > max(own[0], own[1]))
    // And back again: the old hub already has the mover's change ids, and accepts what is new.
    try mover.join(old.library)
    try mover.sync(old.library)
    let third = try SyncedDevice(3)
    try third.sync(old.library)
    try expectEqual(mover, third)
  }

  @Test func `an update of a row that the hub never saw sends the whole row`() throws {
    let hub = try ScratchHub()
    let device = try SyncedDevice(1, fixture: "laptop")
    let media = try #require(try device.application.connection.value("SELECT uuid FROM Media LIMIT 1")?.text)
    try device.application.connection.execute("DELETE FROM sync_log")
    try device.application.updateMedia(media, title: "typed after the log was pruned")
    try device.sync(hub.library)
    #expect(try device.library.deviceState().quarantined == 0)
    let fresh = try SyncedDevice(2)
    try fresh.sync(hub.library)
    #expect(
      try fresh.application.connection.value("SELECT title FROM Media WHERE uuid = ?", [.text(media)])?.text
        == "typed after the log was pruned")
  }
}
