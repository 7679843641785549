import Foundation
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

@Suite struct LogPruningTests {
  /// A library whose log has one entry per minute, from the start of 2026 on.
  private func library() throws -> (ScratchLibrary, Library, SampleLibrary) {
    let file = try ScratchLibrary("empty")
    let application = try SampleLibrary(
      file.path, client: "app", clock: .stepping(from: 1_767_225_600_000, by: 60_000))
    return (file, try file.open(), application)
  }

  private func ids(_ application: SampleLibrary) throws -> [Int64] {
    try application.connection.rows("SELECT change_id FROM sync_log ORDER BY 1").compactMap {
      $0.first?.integer
    }
  }

  private let later = Instant(milliseconds: 1_800_000_000_000)

  @Test func `unacknowledged entries stay, however old`() throws {
    let (file, library, application) = try library()
    defer { withExtendedLifetime(file) {} }
    for number in 1...3 {
      try application.addMedia(NewMedia(url: "\(number)", title: "t", content: "c \(number)"))
    }
    let before = try ids(application)
    #expect(try library.pruneLog(before: later, limit: 100) == 0)
    #expect(try ids(application) == before)
  }

  @Test func `acknowledged old entries are pruned in pieces, except the newest, and new ones go`() throws {
    let (file, library, application) = try library()
    for number in 1...3 {
      try application.addMedia(NewMedia(url: "\(number)", title: "t", content: "c \(number)"))
    }
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    let all = try ids(application)
    #expect(try library.pruneLog(before: later, limit: 2) == 2)
    #expect(try ids(application) == Array(all.dropFirst(2)))
    #expect(try library.pruneLog(before: later, limit: 100) == all.count - 3)
    #expect(try library.pruneLog(before: later, limit: 100) == 0)
    #expect(try ids(application) == Array(all.suffix(1)))
    #expect(try library.deviceState().applicationClient == "app")
    let known = hub.log.count
    try application.addMedia(NewMedia(url: "new", title: "t", content: "new"))
    let pushed = try pushAll(library, into: &hub)
    #expect(pushed.accepted == 2)
    #expect(hub.log.count == known + 2)
    #expect(try LibraryHealth.problems(file.path) == [])
  }

  @Test func `entries younger than the limit stay, and so do unreadable times`() throws {
    let (file, library, application) = try library()
    defer { withExtendedLifetime(file) {} }
    for number in 1...3 {
      try application.addMedia(NewMedia(url: "\(number)", title: "t", content: "c \(number)"))
    }
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    let all = try ids(application)
    try application.connection.run(
      "UPDATE sync_log SET timestamp = 'yesterday' WHERE change_id = ?", [.integer(all[0])])
    // Another time zone: compared as text it would be the later one.
    try application.connection.run(
      "UPDATE sync_log SET timestamp = '2026-01-01T02:00:00+02:00' WHERE change_id = ?", [.integer(all[1])])
    let moment = Instant(milliseconds: 1_767_225_600_000 + 30_000)
    #expect(try library.pruneLog(before: moment, limit: 100) == 1)
    #expect(try ids(application) == [all[0]] + all.dropFirst(2))
  }
}
