import SampleApplication
import SyncCore
import SyncWire

/// Messages as an honest peer writes them, made from random numbers.
struct HonestMessages {
  /// The rows that messages mention; new ones are added to them.
  var rows: [RowName: Document]
  /// The changes of the device under test that wait for an answer.
  var pushed: [PushedChange]
  /// The device's cursor.
  var cursor: Int64

  private static let timestamp = "2026-11-24T12:00:00.000Z"

  /// A page of layer 2, or of layer 1.
  func page(_ random: inout SeededGenerator, isLayerOne: Bool = false) -> GetReply {
    var position = cursor
    var entries: [ReceivedEntry] = []
    for _ in 0..<random.number(0...6) {
      position += Int64(random.number(1...3))
      entries.append(.entry(entry(at: position, &random)))
    }
    let next = position + Int64(random.number(0...2))
    let extras = GetReply.Extras(
      hasMore: next > cursor && random.chance(30), next: Position(next), chain: Self.chain(next),
      logID: LogID(rawValue: "11111111-2222-4333-8444-555555555555"), serverTime: Self.timestamp)
    return GetReply(
      entries: entries, latest: Position(next + Int64(random.number(0...5))),
      extras: isLayerOne ? nil : extras)
  }

  /// An entry for an existing row, or a new one.
  func entry(at position: Int64, _ random: inout SeededGenerator) -> Entry {
    let known = rows.keys.sorted()
    let isNew = known.isEmpty || random.chance(30)
    let row = isNew ? RowName(random.pick(Self.entities), random.uuid()) : random.pick(known)
    var document = isNew ? newDocument(row, &random) : rows[row] ?? Document()
    let isLink = row.entity == "MediaKeywords"
    if !isLink { edit(&document, &random) }
    let operation: SyncCore.Operation =
      isLink ? (random.chance(70) ? .link : .unlink) : isNew ? .create : random.chance(85) ? .update : .delete
    if operation == .delete { document["deleted"] = .integer(1) }
    let version = isLink ? 1 : (document["version"]?.integer ?? 0) + 1
    if !isLink { document["version"] = .integer(version) }
    return Entry(
      changeID: position, row: row, operation: operation, timestamp: Self.timestamp,
      serverTimestamp: Self.timestamp, clientID: "another-application", version: version, payload: document)
  }

  /// Answers to what the device pushed.
  func answers(_ random: inout SeededGenerator) -> SendReply {
    var head = cursor
    let results = pushed.map { change in
      head += 1
      let isExact = random.chance(60)
      let outcome: Outcome = isExact ? .applied : random.pick(Outcome.allCases)
      let isRejected = outcome == .rejected
      let other = rows.keys.filter { $0.entity == change.entry.row.entity }.sorted()
      let canonical = outcome == .merged && !other.isEmpty ? random.pick(other).uuid : nil
      return Answer(
        changeID: ChangeID(change.entry.changeID), outcome: outcome, landed: Position(head), exact: isExact,
        at: Position(head), version: change.entry.version, serverTimestamp: Self.timestamp,
        document: isExact || isRejected ? nil : change.entry.payload, canonicalUUID: canonical,
        lost: random.chance(20) ? ["title"] : nil,
        owed: isExact || !random.chance(20)
          ? []
          : [AnswerLoss(at: Position(head), clientID: "desktop", lost: ["title": .text("Ours")])],
        code: isRejected ? "unknown_row" : nil,
        reason: isRejected ? "the hub has never seen it" : nil)
    }
    return SendReply(results: results, latest: Position(head), serverTime: Self.timestamp)
  }

  /// A push of another device.
  func request(_ random: inout SeededGenerator, device: String) -> SendRequest {
    let changes = (1...random.number(1...5)).map { number in
      PushedChange(
        entry: entry(at: Int64(number), &random), base: Position(Int64(random.number(0...Int(cursor)))),
        whole: random.chance(20))
    }
    let sender = SendRequest.Device(
      id: DeviceID(rawValue: device), incarnation: Incarnation(rawValue: random.uuid()),
      sentAt: Self.timestamp)
    return SendRequest(
      clientID: device, lastProcessed: .start, device: random.chance(85) ? sender : nil, changes: changes)
  }

  /// A piece of a snapshot.
  func snapshot(_ random: inout SeededGenerator) -> SnapshotReply {
    let order = ["Media", "Keywords", "MediaKeywords"]
    let chosen = (0..<random.number(0...5)).map { _ in
      entry(at: Int64(random.number(1...Int(cursor + 9))), &random)
    }
    let owed = [AnswerLoss(at: Position(1), clientID: "desktop", lost: ["title": .text("Ours")])]
    var lines = chosen.map { entry in
      var entry = entry
      if random.chance(20) { entry.owed = owed }
      return SnapshotLine.row(entry)
    }.sorted {
      let places = [$0, $1].map { line in order.firstIndex(of: line.row?.entity ?? "") ?? order.count }
      return (places[0], $0.row?.uuid ?? "") < (places[1], $1.row?.uuid ?? "")
    }
    if random.chance(30) {
      lines.append(.forgotten(RowName("Media", random.uuid()), owed: random.chance(20) ? owed : []))
    }
    return SnapshotReply(
      header: .init(
        changeID: Position(cursor), chain: Self.chain(cursor),
        logID: LogID(rawValue: "11111111-2222-4333-8444-555555555555"), serverTime: Self.timestamp),
      rows: lines, end: random.chance(80) ? .init(rows: Int64(lines.count), complete: random.chance(70)) : nil
    )
  }

  /// Rows that were asked for by name.
  func rows(_ random: inout SeededGenerator) -> RowsReply {
    let found = (0..<random.number(0...4)).map { _ in
      RowsReply.Found(
        entry: .entry(entry(at: Int64(random.number(1...Int(cursor))), &random)),
        asked: random.chance(20) ? random.uuid() : nil)
    }
    return RowsReply(
      rows: found, unknown: [.init(row: RowName("Media", random.uuid()), forgotten: random.chance(50))],
      latest: Position(cursor), logID: LogID(rawValue: "11111111-2222-4333-8444-555555555555"),
      serverTime: Self.timestamp)
  }

  private static let entities = [
    "Media", "Media", "Keywords", "MediaKeywords", "Transcripts", "MediaChunks", "UnvectorizedMediaChunks",
    "DocumentVersions",
  ]

  static func chain(_ position: Int64) -> ChainValue {
    ChainValue(rawValue: String(repeating: "0", count: 48) + String(1_000_000_000_000_000 + position))
  }

  private func edit(_ document: inout Document, _ random: inout SeededGenerator) {
    let texts = document.columns.filter {
      $0.value.text != nil && $0.name != "uuid" && !$0.name.hasSuffix("_uuid")
    }
    guard !texts.isEmpty else { return }
    for _ in 0..<random.number(0...2) {
      let column = random.pick(texts).name
      // Sometimes another row's value: a natural key that is taken.
      let borrowed = rows.sorted { $0.key < $1.key }.compactMap { $0.value[column] }
      document[column] =
        random.chance(40) && !borrowed.isEmpty
        ? random.pick(borrowed) : .text("edited \(random.number(0...99))")
    }
  }

  private func newDocument(_ row: RowName, _ random: inout SeededGenerator) -> Document {
    let kind = rows.filter { $0.key.entity == row.entity }.sorted { $0.key < $1.key }
    var document = kind.isEmpty ? Document() : random.pick(kind).value
    document["uuid"] = row.entity == "MediaKeywords" ? nil : .text(row.uuid)
    for column in ["url", "content_hash", "keyword", "chunk_id", "whisper_model"] where random.chance(70) {
      if document[column] != nil { document[column] = .text("new-\(random.uuid())") }
    }
    let media = rows.keys.filter { $0.entity == "Media" }.sorted()
    if document["media_uuid"] != nil, !media.isEmpty {
      document["media_uuid"] = .text(random.pick(media).uuid)
    }
    return document
  }
}
