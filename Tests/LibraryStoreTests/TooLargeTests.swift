import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// Rows that exceed the hub's limit for one request.
@Suite struct TooLargeTests {
  private let device: SyncedDevice
  private static let most = 100_000

  init() throws { device = try SyncedDevice(1) }

  private func limits(most: Int = most, bytes: Int = 4 << 20) -> BatchLimits {
    var limits = BatchLimits(changes: 500, bytes: bytes, sendsCurrentRows: true)
    limits.requestBytesMax = most
    return limits
  }

  private func add(_ title: String, bytes: Int) throws -> String {
    try device.application.addMedia(
      NewMedia(
        url: "https://example/" + title, title: title, content: title + String(repeating: "x", count: bytes)))
  }

  /// Settles what cannot be sent, as if the hub accepted the rest; returns the media that were sent. Versions
  /// of their texts are sent with them.
  @discardableResult
  private func completePush(most: Int = most) throws -> [String] {
    let batch = try device.library.nextBatch(limits(most: most))
    _ = try device.library.completePushWithoutAnswers(batch)
    return media(batch)
  }

  private func media(_ batch: PushBatch) -> [String] {
    batch.changes.map(\.entry.row).filter { $0.entity == "Media" }.map(\.uuid)
  }

  private func records(of entity: String = "Media") throws -> [QuarantineRecord] {
    try device.library.quarantined(after: 0, limit: 100).records.filter { $0.row?.entity == entity }
  }

  @Test func `a change that is too large is quarantined whole, and its neighbours are sent`() throws {
    let large = try add("large", bytes: 200_000)
    let small = try add("small", bytes: 10)
    #expect(try completePush() == [small])
    let record = try #require(try records().first)
    #expect(record.code == "too_large" && record.row == RowName("Media", large))
    #expect(record.reason.contains("100000 at most"))
    let entry = try #require(try device.library.quarantined(record.id)).entry
    #expect(entry.utf8.count > 200_000, "the row may be written over before it fits")
  }

  @Test func `escaped characters are counted at their size on the wire`() throws {
    // Each of these takes one byte here and four in a payload's text.
    let quotes = try device.application.addMedia(
      NewMedia(url: "u", title: "quotes", content: String(repeating: "\"", count: 40_000)))
    #expect(try completePush() == [])
    #expect(try records().map(\.row) == [RowName("Media", quotes)])
  }

  @Test func `a row that is edited repeatedly has one record, and is reported once`() throws {
    let large = try add("large", bytes: 200_000)
    var told = 0
    for title in ["one", "two", "three"] {
      let batch = try device.library.nextBatch(limits())
      #expect(media(batch).isEmpty)
      let result = try device.library.completePushWithoutAnswers(batch)
      told += result.samples.quarantined.count { $0.row?.entity == "Media" }
      try device.application.updateMedia(large, title: title)
    }
    try completePush()
    #expect(try records().count == 1 && told == 1)
  }

  @Test func `it is sent automatically once it was made smaller`() throws {
    let large = try add("large", bytes: 200_000)
    try completePush()
    #expect(try completePush() == [])
    try device.application.updateMedia(large, title: "large", content: "short now")
    let batch = try device.library.nextBatch(limits())
    #expect(media(batch) == [large])
    let change = batch.changes.first { $0.entry.row.uuid == large }
    #expect(change?.entry.operation == .create, "the hub has never seen it")
    #expect(try records().isEmpty)
  }

  @Test func `it is sent automatically once the hub accepts more, with its dependents`() throws {
    let large = try add("large", bytes: 200_000)
    try completePush()
    let child = try device.application.addTranscript(large, model: "m", text: "said")
    let batch = try device.library.nextBatch(limits())
    _ = try device.library.quarantine(batch, code: "unknown_parent", reason: "the parent was never pushed")
    #expect(try records(of: "Transcripts").map(\.row?.uuid) == [child])
    #expect(try completePush(most: 90_000) == [], "less")
    let whole = try device.library.nextBatch(limits(most: 1 << 20))
    #expect(Set(whole.changes.map(\.entry.row.uuid)).isSuperset(of: [large, child]))
    #expect(try records().isEmpty && records(of: "Transcripts").isEmpty)
  }

  @Test func `small entries of large rows make no batch larger than twice its limit`() throws {
    let rows = try (0..<8).map { try add("row \($0)", bytes: 50_000) }
    try completePush(most: .max)
    for row in rows {
      try device.application.connection.run(
        """
        INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
        VALUES ('Media', ?, 'update', '2026-11-25T04:00:00.000Z', 'app', 2, '{"title":"t"}')
        """, [.text(row)])
    }
    let batch = try device.library.nextBatch(limits(most: .max, bytes: 60_000))
    #expect(batch.changes.count == 2 && batch.hasMore)
    let one = try device.library.nextBatch(limits(most: .max, bytes: 1000))
    #expect(one.changes.count == 1, "a large one goes alone")
  }
}
