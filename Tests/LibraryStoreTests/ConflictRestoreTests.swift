import Foundation
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// A library whose newest change lost some columns to another device's change.
private final class LostChange {
  let file: ScratchLibrary
  let library: Library
  let application: SampleLibrary
  var hub = LonelyHub()

  init(_ fixture: String = "empty") throws {
    file = try ScratchLibrary(fixture)
    application = try SampleLibrary(file.path, client: "app-here")
    library = try file.open()
  }

  /// Pushes everything; nobody else writes.
  func push() throws { _ = try pushAll(library, into: &hub) }

  /// Pushes the remaining change; the hub answers with `theirs` on top of it.
  func lose(_ theirs: Document, client: String = "app-there") throws -> ConflictSummary {
    let batch = try library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    let answers = batch.changes.map { change in
      let document = change.entry.payload.overlaid(with: theirs)
        .overlaid(with: ["client_id": .text(client), "version": .integer(change.entry.version + 1)])
      return Answer(
        changeID: ChangeID(change.entry.changeID), outcome: .superseded, landed: Position(900), exact: false,
        at: Position(901), version: change.entry.version + 1, serverTimestamp: "2026-11-25T10:00:00.000Z",
        document: document, lost: theirs.columns.map(\.name))
    }
    _ = try library.completePush(batch, answers: answers, checkpoint: nil)
    return try #require(try library.conflicts(after: 0, limit: 100).records.last)
  }

  func cell(_ sql: String) throws -> SQLValue? { try application.connection.value(sql) }

  /// Expects a healthy file as the application sees it, including triggers and full text.
  func expectHealthy(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let problems = try LibraryHealth.problems(file.path)
    #expect(problems == [], sourceLocation: sourceLocation)
  }
}

@Suite struct ConflictRestoreTests {
  private func lostTitle() throws -> (LostChange, media: String, ConflictSummary) {
    let lost = try LostChange()
    let media = try lost.application.addMedia(
      NewMedia(url: "u", title: "first", content: "some text", keywords: ["k"]))
    try lost.push()
    try lost.application.updateMedia(media, title: "mine")
    return (lost, media, try lost.lose(["title": .text("theirs")]))
  }

  @Test func `a record names lost values, winner, time of decision and the row's current values`() throws {
    let (lost, media, summary) = try lostTitle()
    #expect(summary.row == RowName("Media", media))
    #expect(summary.columns == ["title"])
    #expect(summary.title == "theirs")
    #expect(summary.winner == "app-there")
    #expect(summary.decided == "2026-11-25T10:00:00.000Z")
    let record = try #require(try lost.library.conflict(summary.id))
    #expect(record.losing == ["title": .text("mine")])
    #expect(record.winning == ["title": .text("theirs")])
    #expect(record.present?["title"] == .text("theirs"))
  }

  @Test func `restoring writes an edit as the application does, with full text and log`() throws {
    let (lost, media, summary) = try lostTitle()
    let version = try lost.cell("SELECT version FROM Media")?.integer ?? 0
    let restored = try lost.library.restoreConflict(summary.id).get()
    #expect(restored == Restored(row: summary.row, columns: ["title"], wasThere: false, isDeleted: false))
    #expect(try lost.cell("SELECT title FROM Media") == .text("mine"))
    #expect(try lost.cell("SELECT version FROM Media") == .integer(version + 1))
    #expect(try lost.cell("SELECT client_id FROM Media") == .text("app-here"))
    #expect(try lost.cell("SELECT count(*) FROM media_fts WHERE media_fts MATCH 'mine'") == .integer(1))
    #expect(try lost.cell("SELECT count(*) FROM media_fts WHERE media_fts MATCH 'theirs'") == .integer(0))
    try lost.expectHealthy()
    let deviceState = try lost.library.deviceState()
    #expect(deviceState.conflicts == 0)
    #expect(deviceState.pendingLocal == 1)
    let batch = try lost.library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    let entry = try #require(batch.changes.first?.entry)
    #expect(entry.row == RowName("Media", media))
    #expect(entry.operation == .update)
    #expect(entry.payload["title"] == .text("mine"))
    #expect(entry.payload["content"] == .text("some text"))
    #expect(entry.payload["id"] == nil)
    #expect(batch.changes.first?.base == Position(901))
    // The application edits the row again, with its triggers on.
    try lost.application.updateMedia(media, title: "mine again")
  }

  @Test func `a record can be restored once`() throws {
    let (lost, _, summary) = try lostTitle()
    _ = try lost.library.restoreConflict(summary.id).get()
    #expect(throws: RecordRefusal.unknown(id: summary.id)) {
      try lost.library.restoreConflict(summary.id).get()
    }
    #expect(try lost.library.deviceState().pendingLocal == 1)
  }

  @Test func `restoring a value that the row already has queues nothing and removes the record`() throws {
    let (lost, media, summary) = try lostTitle()
    try lost.application.updateMedia(media, title: "mine")
    let pending = try lost.library.deviceState().pendingLocal
    #expect(try lost.library.restoreConflict(summary.id).get().wasThere)
    #expect(try lost.library.deviceState().pendingLocal == pending)
    #expect(try lost.library.deviceState().conflicts == 0)
  }

  @Test func `a row with unpushed changes takes the values as well`() throws {
    let (lost, media, summary) = try lostTitle()
    try lost.application.updatePartial(media, [("chunking_status", .text("completed"))])
    _ = try lost.library.restoreConflict(summary.id).get()
    #expect(try lost.cell("SELECT title || chunking_status FROM Media") == .text("minecompleted"))
    #expect(try lost.library.deviceState().pendingLocal == 2)
  }

  @Test func `if the row is gone, restoring is refused and the record stays`() throws {
    let (lost, media, summary) = try lostTitle()
    try lost.application.hardDelete(media)
    #expect(throws: RecordRefusal.rowGone(RowName("Media", media))) {
      try lost.library.restoreConflict(summary.id).get()
    }
    #expect(try lost.library.deviceState().conflicts == 1)
  }

  @Test func `a softly deleted row takes the values and stays out of the full text`() throws {
    let (lost, media, summary) = try lostTitle()
    try lost.application.softDelete(media)
    let restored = try lost.library.restoreConflict(summary.id).get()
    #expect(restored.isDeleted)
    #expect(try lost.cell("SELECT title FROM Media") == .text("mine"))
    try lost.expectHealthy()
  }

  @Test func `if another row holds the key, restoring names it and changes nothing`() throws {
    let lost = try LostChange()
    let media = try lost.application.addMedia(NewMedia(url: "first", title: "t", content: "c"))
    try lost.push()
    try lost.application.renameURL(media, to: "mine")
    let summary = try lost.lose(["url": .text("theirs")])
    let other = try lost.application.addMedia(NewMedia(url: "mine", title: "other", content: "d"))
    let before = try LibraryDigest(lost.file.path)
    let pending = try lost.library.deviceState().pendingLocal
    let holder = RowName("Media", other)
    #expect(throws: RecordRefusal.keyTaken(RowName("Media", media), columns: ["url"], holder: holder)) {
      try lost.library.restoreConflict(summary.id).get()
    }
    #expect(try LibraryDigest(lost.file.path) == before)
    #expect(try lost.library.deviceState().pendingLocal == pending)
    #expect(try lost.library.deviceState().conflicts == 1)
    try lost.expectHealthy()
  }

  @Test func `text and its hash are restored together`() throws {
    let lost = try LostChange()
    let media = try lost.application.addMedia(NewMedia(url: "u", title: "t", content: "first"))
    try lost.push()
    try lost.application.updateMedia(media, content: "my text")
    let hash = try #require(try lost.cell("SELECT content_hash FROM Media"))
    let batch = try lost.library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    let answers = batch.changes.map { change -> Answer in
      let isMedia = change.entry.row.entity == "Media"
      return Answer(
        changeID: ChangeID(change.entry.changeID), outcome: isMedia ? .superseded : .applied,
        landed: Position(900), exact: !isMedia, at: Position(901), version: change.entry.version,
        serverTimestamp: "2026-11-25T10:00:00.000Z",
        document: isMedia
          ? change.entry.payload.overlaid(with: ["content": .text("their text"), "content_hash": .text("h")])
          : nil, lost: isMedia ? ["content", "content_hash"] : nil)
    }
    _ = try lost.library.completePush(batch, answers: answers, checkpoint: nil)
    #expect(try lost.cell("SELECT content FROM Media") == .text("their text"))
    let summary = try #require(try lost.library.conflicts(after: 0, limit: 10).records.first)
    #expect(summary.winner == nil)
    #expect(try lost.library.restoreConflict(summary.id).get().columns == ["content", "content_hash"])
    #expect(try lost.cell("SELECT content FROM Media") == .text("my text"))
    #expect(try lost.cell("SELECT content_hash FROM Media") == hash)
    try lost.expectHealthy()
  }

  @Test func `a lost link is restored, and a link that the user removed is removed again`() throws {
    let lost = try LostChange()
    let media = try lost.application.addMedia(
      NewMedia(url: "u", title: "t", content: "c", keywords: ["one", "two"]))
    try lost.push()
    try lost.application.setKeywords(media, ["one"])
    let summary = try lost.lose(["linked": .integer(1)])
    #expect(try lost.cell("SELECT count(*) FROM MediaKeywords") == .integer(2))
    #expect(summary.title?.hasPrefix("t · ") == true)
    _ = try lost.library.restoreConflict(summary.id).get()
    #expect(try lost.cell("SELECT count(*) FROM MediaKeywords") == .integer(1))
    let batch = try lost.library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    #expect(batch.changes.map(\.entry.operation) == [.unlink])
    #expect(batch.changes.first?.entry.row == summary.row)
  }

  @Test func `in a real library every kind of row gets its values back`() throws {
    let lost = try LostChange("laptop")
    let stale = try LibraryHealth.staleWords(lost.file.path)
    try lost.push()
    for (entity, column) in [
      ("Media", "author"), ("Keywords", "keyword"), ("Transcripts", "transcription"),
      ("MediaChunks", "chunk_text"), ("UnvectorizedMediaChunks", "chunk_text"),
      ("DocumentVersions", "analysis_content"),
    ] {
      let uuid = try lost.cell("SELECT uuid FROM \(entity) WHERE deleted = 0 ORDER BY id LIMIT 1")?.text ?? ""
      let row = RowName(entity, uuid)
      let restored = try lost.library.write { transaction in
        _ = try transaction.conflicts.add(
          row, losing: [column: .text("back again")], document: [column: .text("theirs")], change: nil,
          position: Position(1), winner: nil, decided: nil)
        let record = try transaction.database.firstValue("SELECT max(id) FROM mediasync_conflicts")?.integer
        return try transaction.restore(record ?? 0)
      }
      #expect(try restored.get().row == row)
      #expect(try lost.cell("SELECT \(column) FROM \(entity) WHERE uuid = '\(uuid)'") == .text("back again"))
    }
    let problems = try LibraryHealth.problems(lost.file.path, staleBefore: stale)
    #expect(problems == [])
    let batch = try lost.library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    #expect(batch.changes.count == 6)
    #expect(batch.unsendable == [])
    for change in batch.changes {
      for local in ["id", "media_id", "vector_embedding"] { #expect(change.entry.payload[local] == nil) }
    }
  }

  @Test func `lost values are kept once although the row has a newer change`() throws {
    let lost = try LostChange()
    let media = try lost.application.addMedia(NewMedia(url: "u", title: "first", content: "c"))
    try lost.push()
    try lost.application.updateMedia(media, title: "mine")
    let batch = try lost.library.nextBatch(BatchLimits(changes: 10, bytes: 1 << 20))
    try lost.application.updatePartial(media, [("chunking_status", .text("completed"))])
    let change = try #require(batch.changes.first)
    let answer = Answer(
      changeID: ChangeID(change.entry.changeID), outcome: .superseded, landed: Position(900), exact: false,
      at: Position(901), version: 3, serverTimestamp: "2026-11-25T10:00:00.000Z",
      document: change.entry.payload.overlaid(with: ["title": .text("theirs")]), lost: ["title"])
    #expect(try lost.library.completePush(batch, answers: [answer], checkpoint: nil).conflicts == 1)
    #expect(try lost.library.completePush(batch, answers: [answer], checkpoint: nil).conflicts == 0)
    #expect(try lost.library.deviceState().conflicts == 1)
  }

  @Test func `a list is returned in pages, and a dismissed record is gone`() throws {
    let (lost, media, first) = try lostTitle()
    try lost.application.updateMedia(media, title: "mine, second")
    let second = try lost.lose(["title": .text("theirs, second")])
    let page = try lost.library.conflicts(after: 0, limit: 1)
    #expect(page.records.map(\.id) == [first.id])
    #expect(page.total == 2)
    #expect(page.next == first.id)
    let rest = try lost.library.conflicts(after: first.id, limit: 1)
    #expect(rest.records.map(\.id) == [second.id])
    #expect(rest.next == nil)
    #expect(try lost.library.dismissConflict(first.id))
    #expect(try !lost.library.dismissConflict(first.id))
    #expect(try lost.library.deviceState().conflicts == 1)
  }

  @Test func `all records can be dropped at once, or only those in which only some columns lost`() throws {
    let (lost, media, title) = try lostTitle()
    try lost.application.updatePartial(media, [("author", .text("me")), ("type", .text("mine"))])
    let both = try lost.lose(["author": .text("you"), "type": .text("theirs")])
    try lost.application.updatePartial(media, [("author", .text("me again"))])
    let author = try lost.lose(["author": .text("you again")])
    func ids(_ only: [String]) throws -> [Int64] {
      try lost.library.conflicts(after: 0, limit: 10, only: only).records.map(\.id)
    }
    #expect(try ids(["author"]) == [author.id])
    #expect(try ids(["type", "author"]) == [both.id, author.id])
    #expect(try lost.library.conflicts(after: 0, limit: 1, only: ["author", "type"]).total == 2)
    #expect(try ids(["nothing", "of", "that's"]) == [])
    #expect(try lost.library.dismissConflicts(only: ["type"]) == 0)
    #expect(try lost.library.dismissConflicts(only: ["author"]) == 1)
    #expect(try ids([]) == [title.id, both.id])
    #expect(try lost.library.dismissConflicts(only: []) == 2)
    #expect(try lost.library.dismissConflicts(only: []) == 0, "said twice it changes nothing")
    #expect(try lost.library.deviceState().conflicts == 0)
  }
}
