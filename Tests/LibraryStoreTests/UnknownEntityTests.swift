import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// Changes of an unsynced entity are one finding.
@Suite struct UnknownEntityTests {
  @Test func `entries of one unknown entity are one record with a count, and are dropped by entity`() throws {
    let hub = try TemporaryHub()
    let device = try SyncedDevice(1)
    for number in 0..<20 {
      try device.application.connection.execute(
        """
        INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
          VALUES ('MediaFiles', 'f\(number)', 'create', '2026-01-01T00:00:00.000Z', 'c', 1, '{}')
        """)
    }
    try device.application.addMedia(NewMedia(url: "u", title: "t", content: "c"))
    try device.sync(hub.library)
    let page = try device.library.quarantined(after: 0, limit: 10)
    #expect(page.total == 1)
    let record = try #require(page.records.first)
    #expect(record.row?.entity == "MediaFiles")
    let entry = try device.library.quarantined(record.id)?.entry
    #expect(entry == #"{"count":20,"first":1,"last":20}"#)
    #expect(try device.library.requeueQuarantined(record.id) == .unknownEntity("MediaFiles"))
    #expect(try device.library.dropAllQuarantined(of: "Claims") == 0)
    #expect(try device.library.dropAllQuarantined(of: "MediaFiles") == 1)
    #expect(try device.library.deviceState().quarantined == 0)
  }
}
