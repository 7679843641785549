import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// Texts that were written here and replaced by others are kept (docs/decisions/0029).
@Suite struct TextHistoryTests {
  private let file: ScratchLibrary
  private let library: Library
  private let application: SampleLibrary
  private let medium: String

  init() throws {
    file = try ScratchLibrary("empty")
    library = try file.open()
    application = try SampleLibrary(file.path, client: "person")
    medium = try application.addMedia(NewMedia(url: "u", title: "mine", content: "my text"))
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
  }

  private func apply(_ position: Int64, _ columns: Document, lost: Document? = nil) throws {
    var entry = Entry(
      changeID: position, row: RowName("Media", medium), operation: .update,
      timestamp: "2026-01-01T00:00:00.000Z",
      serverTimestamp: "2026-01-01T00:00:00.000Z", clientID: "other", version: 3, payload: columns)
    entry.lost = lost
    _ = try library.apply(
      PulledPage(
        entries: [.entry(entry)], rules: .layer2(next: Position(position), chain: ChainValue(rawValue: "c"))))
  }

  private func records() throws -> [HistoryRecord] {
    try library.history(after: 0, limit: 100).records.compactMap { try library.history($0.id) }
  }

  @Test func `a replaced text is kept once, with the device that replaced it`() throws {
    try apply(100, ["title": .text("theirs"), "chunking_status": .text("pending")])
    let record = try #require(try records().first)
    #expect(record.texts == ["title": .text("mine")])
    #expect(record.client == "other")
    #expect(record.position == Position(100))
    #expect(record.present?["title"] == .text("theirs"))
    #expect(try library.deviceState().conflicts == 0)
  }

  @Test func `a replacement of the replacement is not kept, since it was not typed here`() throws {
    for position in 100..<120 { try apply(Int64(position), ["title": .text("theirs \(position)")]) }
    #expect(try records().map(\.texts) == [["title": .text("mine")]])
    try apply(130, ["content": .text("")])
    #expect(try records().map(\.texts) == [["title": .text("mine"), "content": .text("my text")]])
  }

  @Test func `values that the hub reports as lost are in the conflict record, not in the history`() throws {
    try apply(100, ["title": .text("theirs"), "author": .text("x")], lost: ["title": .text("mine")])
    #expect(try records().isEmpty)
    #expect(try library.deviceState().conflicts == 1)
  }

  @Test func `a row that was not written here has no history`() throws {
    let entry = Entry(
      changeID: 200, row: RowName("Keywords", "k"), operation: .create, timestamp: "2026-01-01T00:00:00.000Z",
      clientID: "other", version: 1,
      payload: [
        "uuid": .text("k"), "keyword": .text("one"), "version": .integer(1), "client_id": .text("o"),
        "deleted": .integer(0), "last_modified": .text("2026-01-01T00:00:00.000Z"),
      ])
    var renamed = entry
    renamed.changeID = 201
    renamed.operation = .update
    renamed.payload["keyword"] = .text("two")
    _ = try library.apply(
      PulledPage(
        entries: [.entry(entry), .entry(renamed)],
        rules: .layer2(next: Position(201), chain: ChainValue(rawValue: "c"))))
    #expect(try records().isEmpty)
  }

  @Test func `restoring is an edit, and removes the record`() throws {
    try apply(100, ["title": .text("theirs")])
    let id = try #require(try records().first).id
    let restored = try library.restoreHistory(id).get()
    #expect(restored.columns == ["title"])
    #expect(try records().isEmpty)
    #expect(try library.deviceState().pendingLocal == 1)
    #expect(try SQLiteConnection(file.path).value("SELECT title FROM Media")?.text == "mine")
    #expect(try LibraryHealth.problems(file.path).isEmpty)
  }

  @Test func `the oldest records are dropped beyond the limit, and after their time`() throws {
    let big = String(repeating: "x", count: 1 << 20)
    let connection = try SQLiteConnection(file.path)
    for number in 0..<80 {
      try application.updatePartial(medium, [("author", .text("\(number) \(big)"))])
      var hub = LonelyHub()
      _ = try pushAll(library, into: &hub)
      try apply(Int64(1000 + number), ["author": .text("theirs")])
    }
    let bytes = try connection.value("SELECT sum(bytes) FROM mediasync_history")?.integer ?? 0
    #expect(bytes <= TextHistory.bytesMax)
    #expect(bytes > TextHistory.bytesMax / 2)
    #expect(try records().last?.texts["author"]?.text?.hasPrefix("79 ") == true)
    try connection.execute("UPDATE mediasync_history SET replaced = 1")
    try application.updatePartial(medium, [("author", .text("last"))])
    var hub = LonelyHub()
    _ = try pushAll(library, into: &hub)
    try apply(2000, ["author": .text("theirs")])
    #expect(try records().map(\.texts) == [["author": .text("last")]])
    #expect(
      try connection.value("SELECT value FROM mediasync_state WHERE name = 'history_bytes'")?.integer == 4)
  }
}
