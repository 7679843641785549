import SampleApplication
import SyncCore
import SyncWire

/// Every message of the protocol, in both directions: a body is parsed as each of them. A parsed message is
/// the same after it is written and parsed again.
struct WireTarget: FuzzTarget {
  let name = "wire"

  func honestInput(_ random: inout SeededGenerator) -> [UInt8] {
    guard let scene = try? SampleScene.shared.get() else { return [] }
    let messages = scene.messages
    switch random.number(0...9) {
    case 0...2: return messages.page(&random, isLayerOne: random.chance(30)).encoded()
    case 3...4: return messages.answers(&random).encoded()
    case 5...6: return messages.request(&random, device: "another").encoded()
    case 7: return messages.snapshot(&random).encodedLines
    case 8: return messages.rows(&random).encoded()
    default: return Self.short(&random)
    }
  }

  private static func short(_ random: inout SeededGenerator) -> [UInt8] {
    switch random.number(0...3) {
    case 0:
      return Capabilities(
        logID: LogID(rawValue: random.uuid()), maxBatch: 2000, maxBytes: 1 << 23, minChangeID: Position(3),
        serverTime: "2026-11-24T12:00:00.000Z", features: ["verdicts", "wait", "snapshot"]
      ).encoded()
    case 1: return Problem(status: 409, code: .logRewound, detail: "the hub was restored").encoded()
    case 2:
      let sums = BucketSums(
        rows: 3, buckets: [7: RowDigest(text: String(repeating: "0a", count: 16))].compactMapValues { $0 })
      return DigestSummary(
        at: Position(9), logID: LogID(rawValue: random.uuid()), entities: [.init(name: "Media", sums: sums)]
      ).encoded()
    default:
      let rows = RowDigest(text: String(repeating: "0a", count: 16)).map {
        [DigestBucket.Row(uuid: random.uuid(), changeID: Position(3), digest: $0)]
      }
      return DigestBucket(
        at: Position(9), bucket: .init(entity: "Media", number: 255), rows: rows ?? []
      ).encoded()
    }
  }

  func run(_ input: [UInt8]) throws {
    try Self.same(input, "a page") {
      try GetReply(body: $0)
    } write: {
      $0.encoded()
    }
    try Self.same(input, "answers") {
      try SendReply(body: $0)
    } write: {
      $0.encoded()
    }
    try Self.same(input, "a push") {
      try SendRequest(body: $0)
    } write: {
      $0.encoded()
    }
    try Self.same(input, "capabilities") {
      try Capabilities(body: $0)
    } write: {
      $0.encoded()
    }
    try Self.same(input, "rows") {
      try RowsReply(body: $0)
    } write: {
      $0.encoded()
    }
    try Self.same(input, "digests") {
      try DigestSummary(body: $0)
    } write: {
      $0.encoded()
    }
    try Self.same(input, "a bucket") {
      try DigestBucket(body: $0)
    } write: {
      $0.encoded()
    }
    try Self.same(input, "a snapshot") {
      try SnapshotReply(body: $0)
    } write: {
      $0.encodedLines
    }
    let problem = Problem(status: 500, body: input)
    let isBounded = problem.detail.unicodeScalars.count <= 300 && problem.code.unicodeScalars.count <= 64
    guard isBounded, !problem.detail.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
      throw Finding("a server's words are not on one bounded line: \(problem)")
    }
    let words = ServerErrorText(body: input)?.text ?? ""
    let named = Capabilities.foreignProtocol(in: input) ?? ""
    for text in [words, named] where text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      throw Finding("a server's words are not on one line: \(text)")
    }
    guard words.unicodeScalars.count <= 4096, named.unicodeScalars.count <= 64 else {
      throw Finding("a server's words are not of bounded length")
    }
  }

  /// Parses, writes, parses and writes; the second output must equal the first.
  private static func same<Message>(
    _ input: [UInt8], _ what: String, read: ([UInt8]) throws -> Message, write: (Message) -> [UInt8]
  ) throws {
    guard let message = try? read(input) else { return }
    let written = write(message)
    let again: Message
    do { again = try read(written) } catch {
      throw Finding("\(what) that was read and written cannot be read: \(error)")
    }
    guard write(again) == written else {
      throw Finding("\(what) that was read, written and read says something else")
    }
  }
}

extension SnapshotReply {
  /// The reply as it travels; unreadable lines are left out, and so no longer counted.
  var encodedLines: [UInt8] {
    let rows = rows.filter { if case .malformed = $0 { false } else { true } }
    let end = end.map { SnapshotLine.end(.init(rows: Int64(rows.count), complete: $0.complete)) }
    let lines = [SnapshotLine.header(header)] + rows + [end].compactMap { $0 }
    return Array(lines.map { $0.encoded() }.joined())
  }
}
