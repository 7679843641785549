import Foundation
import SampleApplication
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// What a hub may answer and a library must survive (docs/fuzzing.md).
struct HostileHubTests {
  private let file: ScratchLibrary
  private let library: Library

  init() throws {
    file = try ScratchLibrary("empty")
    library = try file.open()
  }

  private func entry(
    _ position: Int64, _ entity: String, _ uuid: String, _ payload: Document,
    _ operation: SyncCore.Operation = .create
  ) -> ReceivedEntry {
    .entry(
      Entry(
        changeID: position, row: RowName(entity, uuid), operation: operation,
        timestamp: "2026-01-01T00:00:00Z",
        serverTimestamp: "2026-01-01T00:00:00Z", clientID: "c", version: 1, payload: payload))
  }

  private func keyword(_ position: Int64, _ uuid: String, _ word: String) -> ReceivedEntry {
    entry(
      position, "Keywords", uuid,
      [
        "keyword": .text(word), "version": .integer(1), "client_id": .text("c"), "deleted": .integer(0),
        "last_modified": .text("2026-01-01T00:00:00Z"),
      ])
  }

  private func chunk(_ position: Int64, _ uuid: String, of media: String, text: Value?) -> ReceivedEntry {
    var document: Document = [
      "media_uuid": .text(media), "chunk_id": .text(uuid), "version": .integer(1), "client_id": .text("c"),
      "deleted": .integer(0), "last_modified": .text("2026-01-01T00:00:00Z"),
    ]
    document["chunk_text"] = text
    return entry(position, "MediaChunks", uuid, document)
  }

  private func media(_ position: Int64, _ uuid: String) -> ReceivedEntry {
    entry(
      position, "Media", uuid,
      [
        "url": .text("u:" + uuid), "title": .text("t"), "type": .text("a"), "content": .text("c"),
        "content_hash": .text("h:" + uuid), "version": .integer(1), "client_id": .text("c"),
        "deleted": .integer(0), "last_modified": .text("2026-01-01T00:00:00Z"), "is_trash": .integer(0),
        "chunking_status": .text("pending"), "vector_processing": .integer(0),
      ])
  }

  @discardableResult
  private func apply(_ entries: [ReceivedEntry], next: Int64) throws -> PageResult {
    try library.apply(
      PulledPage(entries: entries, rules: .layer2(next: Position(next), chain: ChainValue(rawValue: "c"))))
  }

  private func count(_ sql: String) throws -> Int64? { try SQLiteConnection(file.path).value(sql)?.integer }

  @Test func `a child that the library refuses despite its parent does not delay the page`() throws {
    let first = try apply(
      [chunk(1, "bad", of: "m", text: nil), chunk(2, "good", of: "m", text: .text("x"))], next: 2)
    #expect(first.parked == 2)
    try apply([media(3, "m"), keyword(4, "k", "behind")], next: 4)
    #expect(try library.deviceState().pulled == Position(4))
    #expect(try count("SELECT count(*) FROM MediaChunks") == 1)
    #expect(try count("SELECT count(*) FROM mediasync_quarantine WHERE code = 'refused_by_library'") == 1)
    #expect(try library.deviceState().parked == 0)
  }

  @Test func `an entity that only looks like a table is quarantined, and later entries are applied`() throws {
    let applied = try apply(
      [entry(1, "\u{212A}eywords", "a", ["keyword": .text("x")]), keyword(2, "k", "one")], next: 2)
    #expect(applied.quarantined == 1)
    #expect(applied.applied == 1)
  }

  @Test func `entries at or before the cursor are old and not applied again`() throws {
    try apply([keyword(5, "k", "new")], next: 5)
    try apply([keyword(3, "k", "old"), keyword(6, "l", "other")], next: 6)
    #expect(try count("SELECT count(*) FROM Keywords WHERE keyword = 'new'") == 1)
  }

  @Test(arguments: [
    ("version", Value.text("x")), ("version", .real(1e300)), ("version", .integer(.max)), ("version", .null),
    ("deleted", .integer(2)), ("deleted", .text("no")), ("deleted", .null), ("client_id", .integer(1)),
    ("client_id", .text("")), ("last_modified", .real(1)), ("keyword", .text("a\u{0}b")),
  ])
  func `a row that the application could not use is quarantined`(column: String, value: Value) throws {
    guard case .entry(var bad) = keyword(1, "k", "one") else { return }
    bad.payload[column] = value
    let applied = try apply([.entry(bad), keyword(2, "l", "two")], next: 2)
    #expect(applied.quarantined == 1)
    #expect(applied.applied == 1)
  }

  @Test func `names that form a cycle cause no endless loop`() throws {
    try SampleLibrary(file.path, client: "app").addMedia(NewMedia(url: "u", title: "t", content: "c"))
    for canonical in ["b", nil, "c", "b", nil] {
      let batch = try library.nextBatch(BatchLimits(changes: 1, bytes: 1000))
      guard let change = batch.changes.first else { break }
      let target = canonical ?? change.entry.row.uuid
      let answer = Answer(
        changeID: ChangeID(change.entry.changeID), outcome: .merged, landed: Position(1), exact: false,
        at: Position(1), version: 1, serverTimestamp: "2026-01-01T00:00:00Z", canonicalUUID: target)
      _ = try library.completePush(batch, answers: [answer], checkpoint: nil)
      let again = try SampleLibrary(file.path, client: "app")
      let uuid = try again.connection.value("SELECT uuid FROM Media")?.text ?? ""
      try again.updatePartial(uuid, [("author", .text("x"))])
    }
    #expect(try count("SELECT count(*) FROM Media") == 1)
  }

  @Test func `an invalid canonical name is not accepted`() throws {
    try SampleLibrary(file.path, client: "app").addMedia(NewMedia(url: "u", title: "t", content: "c"))
    let batch = try library.nextBatch(BatchLimits(changes: 1, bytes: 1000))
    let change = try #require(batch.changes.first)
    let answer = Answer(
      changeID: ChangeID(change.entry.changeID), outcome: .merged, landed: Position(1), exact: false,
      at: Position(1), version: 1, serverTimestamp: "2026-01-01T00:00:00Z", canonicalUUID: "a_b")
    #expect(try library.completePush(batch, answers: [answer], checkpoint: nil).quarantined == 1)
    #expect(try count("SELECT count(*) FROM Media WHERE uuid = 'a_b'") == 0)
  }

  @Test func `a thousand documents that wait for each other's keys are placed quickly`() throws {
    let rows = 1000
    try apply((0..<rows).map { keyword(Int64($0) + 1, "k\($0)", "word\($0)") }, next: Int64(rows))
    // Each keyword wants the next one's word, and a row that never changes holds the last one's.
    try apply([keyword(1001, "holder", "held")], next: 1001)
    let began = ContinuousClock.now
    let applied = try apply(
      (0..<rows).map { keyword(Int64($0) + 1002, "k\($0)", $0 + 1 < rows ? "word\($0 + 1)" : "held") },
      next: 2001)
    #expect(applied.parked == rows)
    try apply([keyword(2002, "holder", "free")], next: 2002)
    #expect(try library.deviceState().parked == 0)
    #expect(began.duration(to: .now) < .seconds(20))
  }

  @Test func `endless column sets do not fill the memory with statements`() throws {
    let columns = [
      "author", "ingestion_date", "transcription_model", "prev_version", "merge_parent_uuid", "trash_date",
    ]
    try apply([media(1, "m")], next: 1)
    for number in 1..<64 {
      let chosen = columns.indices.filter { number >> $0 & 1 == 1 }.map { (columns[$0], Value.null) }
      try apply([entry(Int64(number) + 1, "Media", "m", Document(chosen), .update)], next: Int64(number) + 1)
    }
    #expect(try library.deviceState().pulled == Position(64))
  }

  @Test func `a hub whose entries are unusable fills no disk`() throws {
    let most = Quarantine.pullsMax
    for page in 0..<13 {
      let entries = (1...1000).map { entry(Int64(page * 1000 + $0), "Nope", "n\($0)", Document()) }
      let applied = try apply(entries, next: Int64(page + 1) * 1000)
      #expect(applied.quarantined == 1000)
    }
    let kept = try #require(try count("SELECT count(*) FROM mediasync_quarantine"))
    #expect(kept >= most && kept <= most + 100, "\(kept)")
    #expect(try count("SELECT max(number) FROM mediasync_quarantine") == 13_000, "the newest stay")
  }

  @Test(arguments: ["unknown_row", "unknown_parent"])
  func `a row that the hub keeps calling unknown is sent whole once more, then quarantined`(
    code: String
  )
    throws
  {
    let file = try ScratchLibrary("laptop")
    let library = try file.open()
    let before = try #require(try SQLiteConnection(file.path).value("SELECT count(*) FROM sync_log")?.integer)
    var batches = 0
    while batches < 500 {
      let batch = try library.nextBatch(BatchLimits(changes: 100, bytes: 1 << 20))
      guard !batch.isEmpty else { break }
      batches += 1
      let answers = batch.changes.map { change in
        Answer(
          changeID: ChangeID(change.entry.changeID), outcome: .rejected, landed: .start, exact: false,
          at: .start,
          version: 0, serverTimestamp: "2026-01-01T00:00:00Z", code: code, reason: "no")
      }
      _ = try library.completePush(batch, answers: answers, checkpoint: nil)
    }
    let after = try #require(try SQLiteConnection(file.path).value("SELECT count(*) FROM sync_log")?.integer)
    #expect(batches < 500, "it comes to rest")
    #expect(after <= 2 * before, "\(before) entries became \(after)")
    #expect(try library.deviceState().pendingLocal == 0)
    let notes = "SELECT count(*) FROM mediasync_requeued"
    #expect(try SQLiteConnection(file.path).value(notes)?.integer == 0)
  }
}
