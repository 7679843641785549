import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// The content of a batch of the log (docs/protocol.md §4, Current rows).
@Suite struct LogBatchTests {
  private let device: SyncedDevice
  private let limits = BatchLimits(changes: 500, bytes: 4 << 20, sendsCurrentRows: true)

  init() throws { device = try SyncedDevice(1) }

  @Test func `a new row goes before its dependents, with its newest entry's values`() throws {
    let medium = try device.application.addMedia(NewMedia(url: "u", title: "first", content: "text"))
    try device.application.updateMedia(medium, title: "second")
    let batch = try device.library.nextBatch(limits)
    let ids = batch.changes.map(\.entry.changeID)
    #expect(batch.changes.first?.entry.row == RowName("Media", medium))
    #expect(batch.changes.first?.entry.operation == .create)
    #expect(batch.changes.first?.entry.payload["title"] == .text("second"))
    #expect(batch.changes.first?.earlier.map(\.changeID) == [ChangeID(1)])
    #expect(ids.first == ids.max())
    #expect(batch.last.rawValue == ids.max())
  }

  @Test func `a new row goes with its current values, although its newest entry is after the batch`() throws {
    let medium = try device.application.addMedia(NewMedia(url: "u", title: "first", content: "text"))
    try device.application.updateMedia(medium, title: "second")
    let batch = try device.library.nextBatch(.init(changes: 1, bytes: 4 << 20, sendsCurrentRows: true))
    #expect(batch.hasMore)
    #expect(batch.changes.map(\.entry.changeID) == [1])
    #expect(batch.changes.first?.isCurrent == true)
    #expect(batch.changes.first?.entry.payload["title"] == .text("second"))
  }

  @Test func `an entry with a BLOB for a text is not a valid entry`() throws {
    let medium = try device.application.addMedia(NewMedia(url: "u", title: "first", content: "text"))
    try device.application.connection.run(
      """
      INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
      VALUES ('Media', ?, 'update', '2026-11-25T04:00:00.000Z', x'00', 2, '{}')
      """, [.text(medium)])
    let batch = try device.library.nextBatch(limits)
    #expect(batch.unsendable.map(\.code) == ["malformed_entry"])
    #expect(batch.changes.map(\.entry.changeID) == [1, 2])
  }
}
