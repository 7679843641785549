import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Snapshots, whole and in pieces (docs/protocol.md §4).
struct SnapshotTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
  }

  /// Media, keywords and links; one medium deleted, one link removed.
  private func fill(_ count: Int64 = 6) throws {
    var changes: [PushedChange] = []
    for number in 1...count {
      let (media, keyword) = ("m-\(number)", "k-\(number)")
      changes += [
        laptop.change(
          number * 10, .create, "Media", media,
          SampleRow.media("https://example/\(number)", hash: "h\(number)")),
        laptop.change(number * 10 + 1, .create, "Keywords", keyword, SampleRow.keyword("word \(number)")),
        laptop.change(
          number * 10 + 2, .link, "MediaKeywords", "\(media)_\(keyword)", SampleRow.link(media, keyword)),
      ]
    }
    changes += [
      laptop.change(100_000, .delete, "Media", "m-1"),
      laptop.change(100_001, .unlink, "MediaKeywords", "m-1_k-1", SampleRow.link("m-1", "k-1")),
    ]
    _ = try hub.send(laptop.request(changes), now: noon)
  }

  private func snapshot(after: RowName? = nil, limit: Int? = nil) throws -> SnapshotReply {
    let request = SnapshotRequest(
      device: DeviceID(rawValue: "new"), incarnation: Incarnation(rawValue: "first"), after: after,
      limit: limit)
    let response = hub.answer(request.request, now: noon)
    #expect(response.status == 200)
    return try SnapshotReply(body: response.body)
  }

  @Test func `an empty library is a header and an end`() throws {
    let reply = try snapshot()
    #expect(reply.header.changeID == .start)
    #expect(reply.rows.isEmpty)
    #expect(reply.end == .init(rows: 0, complete: true))
  }

  @Test func `every row comes once, parents first, with its current values, also deleted rows`() throws {
    try fill()
    let reply = try snapshot()
    let names = reply.rows.compactMap(\.row)
    let order = EntityCatalogue.mediaLibrary.shapes.map(\.name)
    let sorted = names.sorted { left, right in
      let (first, second) = (order.firstIndex(of: left.entity) ?? 0, order.firstIndex(of: right.entity) ?? 0)
      return (first, left.uuid) < (second, right.uuid)
    }
    #expect(names == sorted)
    #expect(names.count == 18)
    #expect(reply.end == .init(rows: 18, complete: true))
    #expect(reply.header.changeID == Position(20))
    #expect(try reply.header.chain == desktop.page(of: hub).extras?.chain)
    let documents = try hub.currentDocuments()
    for case .row(let entry) in reply.rows { #expect(documents[entry.row.uuid] == entry.payload) }
    guard case .row(let deleted)? = reply.rows.first,
      case .row(let link)? = reply.rows.last(where: {
        $0.row?.uuid == "m-1_k-1"
      })
    else {
      Issue.record("the rows are there")
      return
    }
    #expect(deleted.operation == .delete)
    #expect(deleted.changeID == 19)
    #expect(link.operation == .unlink)
  }

  @Test func `a snapshot that was cut after any line resumes there`() throws {
    try fill()
    let whole = try snapshot()
    for count in 1...whole.rows.count {
      let rest = try snapshot(after: whole.rows[count - 1].row)
      #expect(rest.rows == Array(whole.rows.dropFirst(count)))
      #expect(rest.end?.complete == true)
    }
  }

  @Test(arguments: [1, 2, 5, 18, 19]) func `the pieces make up the whole`(limit: Int) throws {
    try fill()
    var rows: [SnapshotLine] = []
    var after: RowName?
    while true {
      let piece = try snapshot(after: after, limit: limit)
      #expect(piece.rows.count <= limit)
      rows += piece.rows
      if piece.end?.complete == true { break }
      let last: RowName = try #require(piece.last)
      after = last
    }
    #expect(rows == (try snapshot().rows))
  }

  @Test func `a piece of rows ends at its size limit`() throws {
    let text = String(repeating: "x", count: 1_500_000)
    for number in 1...4 as ClosedRange<Int64> {
      var media = SampleRow.media("https://example/\(number)", hash: "h\(number)")
      media["content"] = .text(text)
      try laptop.send(laptop.change(number, .create, "Media", "m-\(number)", media), to: hub)
    }
    let piece = try snapshot(limit: 100)
    #expect(piece.rows.count == 3)
    #expect(piece.end?.complete == false)
    #expect(try snapshot(after: piece.last, limit: 100).rows.count == 1)
  }

  @Test func `rows that change during the snapshot lose nothing that the log does not bring`() throws {
    try fill(700)
    let request = SnapshotRequest(device: DeviceID(rawValue: "new"), incarnation: Incarnation(rawValue: "i"))
    var stream = try hub.snapshot(request, now: noon)
    var body: [UInt8] = []
    var edits: Int64 = 0
    while let lines = try stream.next(from: hub) {
      body += lines
      // Between two pieces: one row that was already read, one that was not, and a new one at either end.
      edits += 10
      try desktop.send(
        desktop.change(edits, .update, "Media", "m-2", ["title": .text("t\(edits)")]),
        desktop.change(edits + 1, .update, "Keywords", "k-700", ["keyword": .text("w\(edits)")]),
        desktop.change(
          edits + 2, .create, "Media", "a-\(edits)",
          SampleRow.media("https://a/\(edits)", hash: "a\(edits)")),
        desktop.change(
          edits + 3, .create, "Transcripts", "t-\(edits)",
          SampleRow.transcript("a-\(edits)", .text("tiny"), "x")), to: hub)
    }
    #expect(edits > 40)
    let reply = try SnapshotReply(body: body)
    var rows: [RowName: (at: Int64, document: Document)] = [:]
    for case .row(let entry) in reply.rows { rows[entry.row] = (entry.changeID, entry.payload) }
    var since = reply.header.changeID.rawValue
    while true {
      let page = try laptop.page(of: hub, since: since)
      for entry in page.readable where (rows[entry.row]?.at ?? 0) < entry.changeID {
        rows[entry.row] = (entry.changeID, entry.payload)
      }
      since = try #require(page.extras).next.rawValue
      if page.extras?.hasMore == false { break }
    }
    let documents = try hub.currentDocuments()
    #expect(rows.count == documents.count)
    for (name, row) in rows { #expect(documents[name.uuid] == row.document) }
  }

  @Test func `a snapshot of another log, or after a row of an unsynced entity, is refused`() throws {
    var request = SnapshotRequest(device: DeviceID(rawValue: "d"), incarnation: Incarnation(rawValue: "i"))
    func refusal() -> Problem {
      let response = hub.answer(request.request, now: noon)
      return Problem(status: response.status, body: response.body)
    }
    request.logID = LogID(rawValue: "another")
    #expect(refusal().known == .logMismatch)
    request.logID = nil
    request.after = RowName("Nothing", "u")
    #expect(refusal().status == 422)
    request.after = nil
    request.chainAt = Position(5)
    #expect(refusal().known == .logRewound)
  }
}
