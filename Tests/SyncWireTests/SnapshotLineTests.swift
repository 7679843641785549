import SyncCore
import SyncWire
import Testing

/// The lines of a snapshot, and the effect of a cut or a bad line on its neighbours.
struct SnapshotLineTests {
  private let header = SnapshotLine.Header(
    changeID: Position(9), chain: ChainValue(rawValue: "abc"), logID: LogID(rawValue: "log"), serverTime: "t")

  private func row(_ uuid: String) -> SnapshotLine {
    .row(
      Entry(
        changeID: 7, row: RowName("Media", uuid), operation: .create, timestamp: "t", clientID: "c",
        version: 1, payload: ["title": .text("line\nfeed")]))
  }

  private let owed = [
    AnswerLoss(at: Position(3), clientID: "c", lost: ["title": .text("one\n")]),
    AnswerLoss(at: Position(5), clientID: "d", lost: ["title": .null]),
  ]

  private var lines: [SnapshotLine] {
    [
      .header(header), row("a"), .forgotten(RowName("Media", "b")), row("c"),
      .end(.init(rows: 3, complete: true)),
    ]
  }

  @Test func `a line decodes to what was encoded, and contains no line feed but its own`() {
    for line in lines {
      let bytes = line.encoded()
      #expect(bytes.last == 0x0A)
      #expect(!bytes.dropLast().contains(0x0A))
      #expect(SnapshotLine(line: Array(bytes.dropLast())) == line)
    }
  }

  @Test func `a line lists its row's losses, and malformed losses do not spoil it`() throws {
    guard case .row(var entry) = row("a") else { return }
    entry.owed = owed
    for line in [SnapshotLine.row(entry), .forgotten(RowName("Media", "b"), owed: owed)] {
      #expect(SnapshotLine(line: Array(line.encoded().dropLast())) == line)
    }
    let text = #"{"entity":"Media","entity_uuid":"b","forgotten":true,"owed":[7,{"at":1},{}]}"#
    #expect(SnapshotLine(line: Array(text.utf8)) == .forgotten(RowName("Media", "b")))
  }

  @Test func `a body cut anywhere gives its whole lines and no end`() throws {
    let body = lines.flatMap { $0.encoded() }
    let whole = try SnapshotReply(body: body)
    #expect(whole.rows.count == 3)
    #expect(whole.end == .init(rows: 3, complete: true))
    let headerBytes = lines[0].encoded().count
    for length in headerBytes..<body.count {
      let cut = try SnapshotReply(body: Array(body.prefix(length)))
      #expect(cut.end == nil)
      let lineFeeds = body.prefix(length).count { $0 == 0x0A }
      #expect(cut.rows.count == lineFeeds - 1)
      #expect(cut.last == cut.rows.last?.row)
    }
    for length in 0..<headerBytes {
      #expect(throws: WireError.self) { try SnapshotReply(body: Array(body.prefix(length))) }
    }
  }

  @Test(arguments: ["{", "7", "[]", "{}", #"{"entity":"Media"}"#, "\u{0}", #"{"forgotten":true}"#])
  func `a bad line is kept as bad, and its neighbours are read`(text: String) throws {
    let body =
      lines[0].encoded() + row("a").encoded() + Array(text.utf8) + [0x0A] + row("c").encoded()
      + SnapshotLine.end(.init(rows: 3, complete: false)).encoded()
    let reply = try SnapshotReply(body: body)
    #expect(reply.rows.map { $0.row?.uuid } == ["a", nil, "c"])
    guard case .malformed = reply.rows[1] else {
      Issue.record("the line is malformed")
      return
    }
    #expect(reply.last == RowName("Media", "c"))
    #expect(reply.end?.complete == false)
  }

  @Test func `a snapshot that contradicts itself is refused`() {
    let end = SnapshotLine.end(.init(rows: 3, complete: true)).encoded()
    for body in [
      lines[0].encoded() + end, lines[0].encoded() + lines[0].encoded() + end,
      lines.flatMap { $0.encoded() } + row("z").encoded(), row("a").encoded() + end,
    ] {
      #expect(throws: WireError.self) { try SnapshotReply(body: body) }
    }
  }
}
