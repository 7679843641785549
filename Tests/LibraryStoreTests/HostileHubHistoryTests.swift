import SampleApplication
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// Whatever a hub says, every value that a person typed on this device is in the library, the local history,
/// a conflict record or quarantine (docs/decisions/0029).
@Suite struct HostileHubHistoryTests {
  @Test(arguments: Array(1...24))
  func `whatever a hub says, every local edit is kept somewhere`(seed: Int) throws {
    let scene = try HostileScene(seed: UInt64(seed))
    for _ in 0..<12 { try scene.step() }
    let lost = try scene.lost()
    #expect(lost.isEmpty, "after \(scene.told.joined(separator: ", "))")
    #expect(try scene.file.isSound())
  }

  @Test(arguments: HostileScene.Word.allCases)
  func `repeating one kind of lie evicts no kept value`(word: HostileScene.Word) throws {
    let scene = try HostileScene(seed: 7)
    for _ in 0..<6 {
      try scene.type()
      try scene.say(word)
    }
    let lost = try scene.lost()
    #expect(lost.isEmpty, "after \(scene.told.joined(separator: ", "))")
    #expect(try scene.file.isSound())
  }

  @Test func `deletions never exceed the limit, however the hub expresses them`() throws {
    for word in HostileScene.Word.allCases {
      let scene = try HostileScene(seed: 3)
      try scene.type()
      for _ in 0..<4 { try scene.say(word) }
      let live = try SQLiteConnection(scene.file.path).value("SELECT count(*) FROM Media WHERE deleted = 0")?
        .integer
      #expect((live ?? 0) >= Int64(HostileScene.media - HostileScene.brake.rows), "\(word)")
    }
  }
}

/// A person who types, and a hub that sends anything.
final class HostileScene {
  /// The messages that a hub may send.
  enum Word: String, CaseIterable {
    case foldAll, foldAllUndocumented, garbageAnswers, deletingAnswers, rejectAll, honestAnswers
    case garbagePage, deletingPage, emptyingPage, garbageSnapshot, forgetAll, emptySnapshot
  }

  static let media = 16
  static let brake = Brake(rows: 4, share: 0.25)

  let file: ScratchLibrary
  private let library: Library
  private let application: SampleLibrary
  private var chance: SeededGenerator
  private var position: Int64 = 0
  private var words = 0
  /// Typed texts that no user here has replaced while they were visible.
  private(set) var typed: Set<String> = []
  /// The messages sent so far, in order.
  private(set) var told: [String] = []

  init(seed: UInt64) throws {
    chance = SeededGenerator(seed: seed)
    file = try ScratchLibrary("empty")
    library = try file.open()
    library.brake = Self.brake
    application = try SampleLibrary(file.path, client: "person", seed: seed)
    for number in 0..<Self.media {
      let uuid = try application.addMedia(
        NewMedia(url: "u\(number)", title: word(), content: word(), keywords: ["k\(number % 3)"]))
      _ = try application.addTranscript(uuid, model: "m", text: word())
    }
  }

  private func word() -> String {
    words += 1
    let word = "typed-\(words)-"
    typed.insert(word)
    return word
  }

  /// Makes a few edits of existing rows.
  func type() throws {
    let connection = application.connection
    let uuids = try connection.rows("SELECT uuid FROM Media WHERE deleted = 0").compactMap { $0[0].text }
    for uuid in uuids where Int.random(in: 0..<3, using: &chance) == 0 {
      let column = Bool.random(using: &chance) ? "title" : "author"
      let shown = try connection.value("SELECT \(column) FROM Media WHERE uuid = '\(uuid)'")?.text
      if let shown { typed.remove(shown) }
      try application.updatePartial(uuid, [(column, .text(word()))])
    }
  }

  func step() throws {
    if Bool.random(using: &chance) { try type() }
    try say(Word.allCases.randomElement(using: &chance) ?? .garbagePage)
  }

  func say(_ word: Word) throws {
    told.append(word.rawValue)
    switch word {
    case .foldAll, .foldAllUndocumented, .garbageAnswers, .deletingAnswers, .rejectAll, .honestAnswers:
      let batch = try library.nextBatch(
        BatchLimits(changes: 200, bytes: 1 << 20, sendsCurrentRows: Bool.random(using: &chance)))
      guard !batch.isEmpty else { return }
      _ = try library.completePush(
        batch, answers: try batch.changes.map { try answer($0, word) }, checkpoint: nil)
    case .garbagePage, .deletingPage, .emptyingPage:
      let entries = try rows().map { row -> ReceivedEntry in
        position += 1
        return .entry(entry(row, document(row, word)))
      }
      // A page of a log that began long ago.
      let since = try library.deviceState()
      position = max(position, since.pulled.rawValue + Int64(entries.count), since.hold?.read.rawValue ?? 0)
      let numbered = entries.enumerated().map { number, received -> ReceivedEntry in
        guard case .entry(var entry) = received else { return received }
        entry.changeID = position + 1 + Int64(number)
        return .entry(entry)
      }
      position += Int64(entries.count) + 1
      _ = try library.apply(
        PulledPage(
          entries: numbered, rules: .layer2(next: Position(position), chain: ChainValue(rawValue: "c"))))
    case .garbageSnapshot, .forgetAll, .emptySnapshot:
      position += 1000
      let names = try rows().sorted { $0.uuid < $1.uuid }
      let lines: [SnapshotPiece.Row] = names.compactMap { row in
        switch word {
        case .forgetAll: return .forgotten(row)
        case .garbageSnapshot: return .state(.entry(entry(row, document(row, word))))
        default: return nil
        }
      }
      let reason = [SnapshotReason.cursorTooOld, .hubRestored].randomElement(using: &chance) ?? .cursorTooOld
      _ = try library.apply(
        SnapshotPiece(
          header: LogCheckpoint(position: Position(position), chain: ChainValue(rawValue: "c")), rows: lines,
          isFirst: true,
          isLast: true), reason: reason)
    }
  }

  private func rows() throws -> [RowName] {
    try application.connection.rows("SELECT uuid FROM Media").compactMap { $0[0].text }.map {
      RowName("Media", $0)
    }
  }

  private func entry(_ row: RowName, _ payload: Document) -> Entry {
    Entry(
      changeID: position, row: row, operation: .update, timestamp: "2026-01-01T00:00:00.000Z",
      serverTimestamp: "2026-01-01T00:00:00.000Z", clientID: "evil", version: 9, payload: payload)
  }

  private func document(_ row: RowName, _ word: Word) -> Document {
    var document: Document = [
      "uuid": .text(row.uuid), "url": .text("http://evil/\(row.uuid)"), "title": .text("OWNED \(position)"),
      "type": .text("a"), "author": .text("OWNED"), "content": .text("gone"),
      "content_hash": .text("e\(row.uuid)"),
      "version": .integer(9), "client_id": .text("evil"), "deleted": .integer(0), "is_trash": .integer(0),
      "chunking_status": .text("pending"), "vector_processing": .integer(0),
      "last_modified": .text("2026-01-01T00:00:00.000Z"),
    ]
    if word == .deletingPage || word == .deletingAnswers { document["deleted"] = .integer(1) }
    if word == .emptyingPage { (document["content"], document["author"]) = (.text(""), .null) }
    return document
  }

  private func answer(_ change: PushedChange, _ word: Word) throws -> Answer {
    position += 1
    var answer = Answer(
      changeID: ChangeID(change.entry.changeID), outcome: .applied, landed: Position(position), exact: true,
      at: Position(position), version: 9, serverTimestamp: "2026-01-01T00:00:00.000Z")
    guard change.entry.row.entity == "Media" else { return answer }
    switch word {
    case .foldAll, .foldAllUndocumented:
      let target = try rows().map(\.uuid).min() ?? "none"
      (answer.outcome, answer.exact, answer.canonicalUUID) = (.merged, false, target)
      if word == .foldAll { answer.document = document(RowName("Media", target), word) }
    case .garbageAnswers, .deletingAnswers:
      (answer.outcome, answer.exact) = (.superseded, false)
      answer.document = document(change.entry.row, word)
    case .rejectAll:
      (answer.outcome, answer.exact, answer.code) = (.rejected, false, "unknown_row")
    default: break
    }
    return answer
  }

  /// The typed texts that are nowhere.
  func lost() throws -> [String] {
    let connection = try SQLiteConnection(file.path)
    var kept = ""
    let places = [
      ("Media", "title"), ("Media", "author"), ("Media", "content"), ("Transcripts", "transcription"),
      ("DocumentVersions", "content"), ("mediasync_history", "texts"), ("mediasync_conflicts", "losing"),
      ("mediasync_quarantine", "entry"),
    ]
    for (table, column) in places {
      for row in try connection.rows("SELECT \(column) FROM \(table)") { kept += (row[0].text ?? "") + "\n" }
    }
    return typed.filter { !kept.contains($0) }.sorted()
  }
}

extension ScratchLibrary {
  /// Whether SQLite finds no error, and no row has a missing parent.
  fileprivate func isSound() throws -> Bool {
    let connection = try SQLiteConnection(path)
    return try connection.value("PRAGMA integrity_check")?.text == "ok"
      && connection.rows("PRAGMA foreign_key_check").isEmpty
  }
}
