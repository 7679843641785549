import Foundation
import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A hub's store in a directory of its own, which can be put back to an older copy of itself.
private final class ScratchHub {
  private(set) var library: HubLibrary
  private let directory: URL
  private var path: String { directory.appending(path: "hub.sqlite").path }

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "hub-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    library = try HubLibrary.open(at: directory.appending(path: "hub.sqlite").path, durability: .process)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Keeps a copy of the file as it is now.
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
      let standing = try device.library.standing()
      #expect(standing.pendingLocal == 0 && standing.parked == 0 && standing.quarantined == 0)
      #expect(standing.snapshot == nil)
    }
  }

  @Test(arguments: [1, 7, 100, 5000])
  func `a new device is complete after a snapshot, whatever the size of its pieces`(limit: Int) throws {
    let hub = try ScratchHub()
    let source = try SyncedDevice(1, fixture: "laptop")
    try source.sync(hub.library)
    let fresh = try SyncedDevice(2)
    #expect(try fresh.takeSnapshot(hub.library, .cursorTooOld, limit: limit))
    #expect(try fresh.library.standing().pulled == source.library.standing().pulled)
    try expectEqual(source, fresh)
    #expect(try LibraryHealth.problems(fresh.file.path).isEmpty)
  }

  @Test func `a snapshot that was broken off goes on after a restart`() throws {
    let hub = try ScratchHub()
    let source = try SyncedDevice(1, fixture: "laptop")
    try source.sync(hub.library)
    let fresh = try SyncedDevice(2)
    #expect(try !fresh.takeSnapshot(hub.library, .cursorTooOld, limit: 40, pieces: 3))
    let rows = try fresh.library.standing().snapshot?.rows
    #expect(rows == 120)
    #expect(try fresh.library.standing().pulled == .start)
    try fresh.restart()
    #expect(try fresh.library.standing().snapshot?.rows == 120)
    // Others write while it goes on.
    let media = try #require(try source.application.connection.value("SELECT uuid FROM Media LIMIT 1")?.text)
    try source.application.updateMedia(media, title: "written in the middle")
    try source.sync(hub.library)
    #expect(try fresh.takeSnapshot(hub.library, .cursorTooOld, limit: 40))
    try fresh.sync(hub.library)
    try expectEqual(source, fresh)
  }

  @Test func `changes that were not pushed survive a snapshot`() throws {
    let hub = try ScratchHub()
    let source = try SyncedDevice(1, fixture: "laptop")
    let other = try SyncedDevice(2)
    try source.sync(hub.library)
    try other.sync(hub.library)
    let media = try #require(try other.application.connection.value("SELECT uuid FROM Media LIMIT 1")?.text)
    try other.application.updateMedia(media, title: "typed while away")
    _ = try other.application.addMedia(NewMedia(url: "https://new.example/1", title: "new", content: "new"))
    try source.application.updateMedia(media, content: "written elsewhere")
    try source.sync(hub.library)
    #expect(try other.takeSnapshot(hub.library, .asked))
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

  @Test func `what a restored hub has lost comes back from whoever has it`() throws {
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

  @Test func `a hub that was restored and written to again is noticed by its witness`() throws {
    let hub = try ScratchHub()
    let first = try SyncedDevice(1)
    let second = try SyncedDevice(2)
    _ = try first.application.addMedia(NewMedia(url: "https://one.example", title: "one", content: "one"))
    try first.sync(hub.library)
    try second.sync(hub.library)
    try hub.backUp()
    // Answered, but not pulled: the cursor still lies before what will be lost.
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

  @Test func `an update of a row that the hub never saw takes the row with it`() throws {
    let hub = try ScratchHub()
    let device = try SyncedDevice(1, fixture: "laptop")
    let media = try #require(try device.application.connection.value("SELECT uuid FROM Media LIMIT 1")?.text)
    try device.application.connection.execute("DELETE FROM sync_log")
    try device.application.updateMedia(media, title: "typed after the log was pruned")
    try device.sync(hub.library)
    #expect(try device.library.standing().quarantined == 0)
    let fresh = try SyncedDevice(2)
    try fresh.sync(hub.library)
    #expect(
      try fresh.application.connection.value("SELECT title FROM Media WHERE uuid = ?", [.text(media)])?.text
        == "typed after the log was pruned")
  }
}
