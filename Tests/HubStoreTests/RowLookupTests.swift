import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Rows by their names (docs/protocol.md §4).
struct RowLookupTests {
  let directory: TemporaryDirectory
  let hub: HubLibrary
  let laptop = SampleSender(device: "laptop")
  let desktop = SampleSender(device: "desktop")

  init() throws {
    directory = try TemporaryDirectory()
    hub = try HubLibrary.open(at: directory.path("library.sqlite"), durability: .process)
  }

  private func ask(_ rows: [RowName]) throws -> RowsReply {
    let request = RowsRequest(device: DeviceID(rawValue: "laptop"), logID: hub.logID, rows: rows)
    let response = hub.answer(request.request, now: noon)
    #expect(response.status == 200)
    return try RowsReply(body: response.body)
  }

  @Test func `a row is returned as it is now, under its canonical name and the requested alias`()
    throws
  {
    let media = SampleRow.media("https://example/1", hash: "h1")
    try laptop.send(laptop.change(1, .create, "Media", "l-1", media), to: hub)
    try desktop.send(desktop.change(1, .create, "Media", "d-1", media), to: hub)
    try laptop.send(laptop.change(2, .update, "Media", "l-1", ["title": .text("New")], base: 1), to: hub)
    let reply = try ask([
      RowName("Media", "d-1"), RowName("Keywords", "l-1"), RowName("Media", "l-1"),
      RowName("sqlite_master", "x"),
      RowName("Media", "x' OR 1=1 --"),
    ])
    #expect(reply.rows.map(\.asked) == ["d-1", nil])
    for found in reply.rows {
      guard case .entry(let entry) = found.entry else {
        Issue.record("the row is readable")
        continue
      }
      #expect(entry.row == RowName("Media", "l-1"))
      #expect(entry.changeID == 2)
      #expect(entry.payload["title"] == .text("New"))
    }
    #expect(
      reply.unknown.map(\.row) == [
        RowName("Keywords", "l-1"), RowName("sqlite_master", "x"), RowName("Media", "x' OR 1=1 --"),
      ])
    #expect(reply.latest == Position(2))
  }

  @Test func `rows beyond the reply limit are left out, and returned on the next request`() throws {
    let text = String(repeating: "x", count: 1_500_000)
    var names: [RowName] = []
    for number in 1...5 as ClosedRange<Int64> {
      var media = SampleRow.media("https://example/\(number)", hash: "h\(number)")
      media["content"] = .text(text)
      try laptop.send(laptop.change(number, .create, "Media", "m-\(number)", media), to: hub)
      names.append(RowName("Media", "m-\(number)"))
    }
    var missing = names
    var rounds = 0
    var found = 0
    while !missing.isEmpty, rounds < 9 {
      let reply = try ask(missing)
      found += reply.rows.count
      missing = reply.unanswered(of: missing)
      rounds += 1
    }
    #expect(found == 5)
    #expect(rounds == 2)
  }

  @Test func `a request may ask for five hundred rows and no more`() throws {
    let rows = (0..<500).map { RowName("Media", "m-\($0)") }
    #expect(try ask(rows).unknown.count == 500)
    let many = RowsRequest(device: nil, logID: nil, rows: rows + [RowName("Media", "m-500")])
    #expect(hub.answer(many.request, now: noon).status == 422)
  }
}
