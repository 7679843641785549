import Foundation
import SampleApplication
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// A library with a quarantined entry.
private final class AsideLibrary {
  let file: ScratchLibrary
  let library: Library
  let application: SampleLibrary

  init() throws {
    file = try ScratchLibrary("empty")
    application = try SampleLibrary(file.path, client: "app-here")
    library = try file.open()
  }

  /// Pushes everything; the hub rejects the changes of `entity`.
  func push(rejecting entity: String, code: String) throws {
    let batch = try library.nextBatch(BatchLimits(changes: 100, bytes: 1 << 20))
    let answers = batch.changes.enumerated().map { index, change in
      let isRejected = change.entry.row.entity == entity
      return Answer(
        changeID: ChangeID(change.entry.changeID), outcome: isRejected ? .rejected : .applied,
        landed: Position(Int64(index + 1)), exact: !isRejected, at: Position(Int64(index + 1)),
        version: change.entry.version, serverTimestamp: "2026-11-25T10:00:00.000Z",
        code: isRejected ? code : nil, reason: isRejected ? "the hub says no" : nil)
    }
    _ = try library.completePush(batch, answers: answers, checkpoint: nil)
  }

  func media(_ uuid: String, at position: Int64, _ change: Document = Document()) -> Entry {
    let whole: Document = [
      "uuid": .text(uuid), "url": .text("u-" + uuid), "title": .text("theirs"), "type": .text("article"),
      "content": .text("some text"), "content_hash": .text("h-" + uuid), "is_trash": .integer(0),
      "chunking_status": .text("pending"), "vector_processing": .integer(0), "deleted": .integer(0),
      "version": .integer(1), "client_id": .text("app-there"),
      "last_modified": .text("2026-11-25T09:00:00.000Z"),
    ]
    return Entry(
      changeID: position, row: RowName("Media", uuid), operation: .create,
      timestamp: "2026-11-25T09:00:00.000Z", serverTimestamp: "2026-11-25T10:00:00.000Z",
      clientID: "app-there", version: 1, payload: whole.overlaid(with: change))
  }

  func pull(_ entries: [ReceivedEntry], next: Int64) throws -> PageResult {
    try library.apply(
      PulledPage(entries: entries, rules: .layer2(next: Position(next), chain: ChainValue(rawValue: "c"))))
  }

  func only() throws -> QuarantineRecord {
    let page = try library.quarantined(after: 0, limit: 10)
    #expect(page.total == 1)
    return try #require(page.records.first)
  }

  func cell(_ sql: String) throws -> SQLValue? { try application.connection.value(sql) }
}

@Suite struct QuarantineRetryTests {
  @Test func `a change that the hub rejected is queued again with the whole current row`() throws {
    let aside = try AsideLibrary()
    let media = try aside.application.addMedia(NewMedia(url: "u", title: "first", content: "c"))
    try aside.push(rejecting: "Media", code: "incomplete_row")
    let record = try aside.only()
    #expect(record.direction == .push)
    #expect(record.row == RowName("Media", media))
    #expect(record.title == "first")
    #expect(try aside.library.quarantined(record.id)?.entry.contains("\"operation\":\"create\"") == true)
    try aside.application.updateMedia(media, title: "mended")
    #expect(try aside.library.requeueQuarantined(record.id) == nil)
    #expect(try aside.library.deviceState().quarantined == 0)
    let batch = try aside.library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    let last = try #require(batch.changes.last?.entry)
    #expect(last.operation == .create)
    #expect(last.payload["title"] == .text("mended"))
    #expect(last.payload["url"] == .text("u"))
    #expect(try aside.library.requeueQuarantined(record.id) == .unknown(id: record.id))
  }

  @Test func `a row that is gone has nothing to send, and its record stays until it is dropped`() throws {
    let aside = try AsideLibrary()
    let media = try aside.application.addMedia(NewMedia(url: "u", title: "t", content: "c"))
    try aside.push(rejecting: "Media", code: "incomplete_row")
    let record = try aside.only()
    try aside.application.hardDelete(media)
    #expect(try aside.library.requeueQuarantined(record.id) == .rowGone(RowName("Media", media)))
    #expect(try aside.library.deviceState().quarantined == 1)
    #expect(try aside.library.dropQuarantined(record.id))
    #expect(try !aside.library.dropQuarantined(record.id))
    #expect(try aside.library.deviceState().quarantined == 0)
  }

  @Test func `a removed link is queued as removed`() throws {
    let aside = try AsideLibrary()
    let media = try aside.application.addMedia(
      NewMedia(url: "u", title: "t", content: "c", keywords: ["k"]))
    try aside.push(rejecting: "nothing", code: "")
    try aside.application.setKeywords(media, [])
    try aside.push(rejecting: "MediaKeywords", code: "unknown_operation")
    #expect(try aside.library.requeueQuarantined(try aside.only().id) == nil)
    let batch = try aside.library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    #expect(batch.changes.map(\.entry.operation) == [.unlink])
  }

  @Test func `a row that the library refused is applied with the hub's current values`() throws {
    let aside = try AsideLibrary()
    let applied = try aside.pull([.entry(aside.media("m", at: 5, ["title": .null]))], next: 5)
    #expect(applied.quarantined == 1)
    let record = try aside.only()
    #expect(record.code == "refused_by_library")
    let same = aside.media("m", at: 5, ["title": .null])
    let refusal = try aside.library.applyQuarantined(record.id, fetched: same)
    guard case .refusedByLibrary = refusal else {
      Issue.record("still refused, but: \(String(describing: refusal))")
      return
    }
    #expect(try aside.library.deviceState().quarantined == 1)
    #expect(try aside.cell("SELECT count(*) FROM Media") == .integer(0))
    #expect(try aside.library.applyQuarantined(record.id, fetched: aside.media("m", at: 9)) == nil)
    #expect(try aside.cell("SELECT title FROM Media") == .text("theirs"))
    #expect(try aside.library.deviceState().quarantined == 0)
    #expect(try aside.library.deviceState().pulled == Position(5), "the cursor is the page's to move")
    #expect(try LibraryHealth.problems(aside.file.path) == [])
    // Values that the row's document already has are skipped when the log reaches them.
    let older = try aside.pull([.entry(aside.media("m", at: 8, ["title": .text("older")]))], next: 8)
    #expect(older.skipped == 1)
    #expect(try aside.cell("SELECT title FROM Media") == .text("theirs"))
    let newer = try aside.pull([.entry(aside.media("m", at: 10, ["title": .text("newer")]))], next: 10)
    #expect(newer.applied == 1)
  }

  @Test func `a row with unpushed changes waits until they are pushed`() throws {
    let aside = try AsideLibrary()
    _ = try aside.pull([.entry(aside.media("m", at: 5))], next: 5)
    _ = try aside.pull([.entry(aside.media("m", at: 6, ["title": .null]))], next: 6)
    let record = try aside.only()
    try aside.application.updateMedia("m", title: "mine")
    let refusal = try aside.library.applyQuarantined(record.id, fetched: aside.media("m", at: 7))
    #expect(refusal == .changedHere(RowName("Media", "m")))
    #expect(try aside.cell("SELECT title FROM Media") == .text("mine"))
  }

  @Test func `an entry that names no row can only be dropped`() throws {
    let aside = try AsideLibrary()
    let malformed = MalformedEntry(
      changeID: 3, row: nil, code: "malformed_entry", reason: "it is not an object", raw: "[]")
    _ = try aside.pull([.malformed(malformed)], next: 3)
    let record = try aside.only()
    #expect(record.row == nil)
    #expect(try aside.library.reapplyQuarantined(record.id) == .unreadable(id: record.id))
    #expect(try aside.library.dropQuarantined(record.id))
  }

  @Test func `an entry of a layer-1 server is applied again as it was kept`() throws {
    let aside = try AsideLibrary()
    let update = Entry(
      changeID: 4, row: RowName("Media", "m"), operation: .update, timestamp: "2026-11-25T09:00:00.000Z",
      clientID: "app-there", version: 2,
      payload: ["title": .text("second"), "last_modified": .text("2026-11-25T09:00:00.000Z")])
    let page = PulledPage(entries: [.entry(update)], rules: .layer1(proven: nil))
    #expect(try aside.library.apply(page).quarantined == 1)
    let record = try aside.only()
    guard case .refusedByLibrary = try aside.library.reapplyQuarantined(record.id) else {
      Issue.record("the row is still not here")
      return
    }
    #expect(try aside.only().id == record.id)
    _ = try aside.library.apply(
      PulledPage(entries: [.entry(aside.media("m", at: 5))], rules: .layer1(proven: nil)))
    #expect(try aside.library.reapplyQuarantined(record.id) == nil)
    #expect(try aside.cell("SELECT title FROM Media") == .text("second"))
    #expect(try aside.library.deviceState().quarantined == 0)
    #expect(try LibraryHealth.problems(aside.file.path) == [])
  }

  @Test func `values that a pulled entry overwrites are kept, also if the entry is skipped`() throws {
    let aside = try AsideLibrary()
    _ = try aside.pull([.entry(aside.media("m", at: 5, ["title": .text("mine")]))], next: 5)
    var taken = aside.media("m", at: 6)
    taken.lost = ["title": .text("mine")]
    #expect(try aside.pull([.entry(taken)], next: 6).conflicts == 1)
    let first = try #require(try aside.library.conflicts(after: 0, limit: 10).records.first)
    #expect(first.winner == "app-there")
    #expect(first.decided == "2026-11-25T10:00:00.000Z")
    #expect(first.position == Position(6))
    #expect(try aside.library.conflict(first.id)?.losing == ["title": .text("mine")])

    try aside.application.updatePartial("m", [("chunking_status", .text("completed"))])
    var skipped = aside.media("m", at: 7, ["author": .text("them")])
    skipped.lost = ["author": .text("me")]
    let applied = try aside.pull([.entry(skipped)], next: 7)
    #expect(applied.skipped == 1)
    #expect(applied.conflicts == 1)
    #expect(try aside.library.deviceState().conflicts == 2)
    // The same page again, after a kill between the transaction and its acknowledgement: nothing is kept
    // twice.
    _ = try aside.pull([.entry(skipped)], next: 7)
    #expect(try aside.library.deviceState().conflicts == 2)
  }
}
