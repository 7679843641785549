import HubStore
import SampleApplication
import SyncCore
import Testing

@testable import LibraryStore

/// Entries of the application's log that cannot travel, because of their number or their columns: each is
/// quarantined, and everything else is sent.
struct EntriesOutOfBoundsTests {
  private static let above = Int64(1) << 62 + 1

  private func title(_ device: SyncedDevice, _ uuid: String) throws -> String? {
    try device.application.connection.rows("SELECT title FROM Media WHERE uuid = '\(uuid)'").first?[0].text
  }

  private func renumberNewest(_ device: SyncedDevice, _ id: Int64) throws {
    try device.application.connection.execute(
      "UPDATE sync_log SET change_id = \(id) WHERE change_id = (SELECT max(change_id) FROM sync_log)")
    try device.application.connection.execute(
      "UPDATE sqlite_sequence SET seq = (SELECT max(change_id) FROM sync_log) WHERE name = 'sync_log'")
  }

  private func codes(_ device: SyncedDevice) throws -> [String] {
    try device.application.connection.rows("SELECT code FROM mediasync_quarantine ORDER BY id").compactMap {
      $0[0].text
    }
  }

  /// A hub with two devices that have one medium each.
  private func pair() throws -> (ScratchHub, SyncedDevice, SyncedDevice, [String]) {
    let hub = try ScratchHub()
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    let uuids = try ["a", "b"].map {
      try one.application.addMedia(NewMedia(url: $0, title: $0, content: "text of \($0)"))
    }
    try one.sync(hub.library)
    try two.sync(hub.library)
    return (hub, one, two, uuids)
  }

  @Test(arguments: [-7, 0, above, Int64.max - 5])
  func `a change with a number out of bounds is quarantined once, and all rows arrive`(id: Int64)
    throws
  {
    let (hub, one, two, uuids) = try pair()
    let before = try one.library.deviceState()
    try one.application.updateMedia(uuids[0], title: "numbered wrong")
    try renumberNewest(one, id)
    try one.application.updateMedia(uuids[1], title: "behind it")
    #expect(try one.library.deviceState().pendingLocal == 2)
    try one.sync(hub.library)
    try two.sync(hub.library)
    #expect(try title(two, uuids[0]) == "numbered wrong")
    #expect(try title(two, uuids[1]) == "behind it")
    let deviceState = try one.library.deviceState()
    #expect(deviceState.pendingLocal == 0)
    #expect(deviceState.incarnation == before.incarnation && !deviceState.hasLogGap)
    // The application's next entry continues from the greatest number.
    #expect(deviceState.quarantined == (id > 0 ? 2 : 1))
    #expect(try Set(codes(one)) == ["change_id_out_of_bounds"])
    #expect(try LibraryInspection.look(at: one.file.path).isLogOutOfBounds == (id > 0))
    for record in try one.library.quarantined(after: 0, limit: 9).records {
      _ = try one.library.dropQuarantined(record.id)
    }
    try one.sync(hub.library)
    #expect(try one.library.deviceState().quarantined == 0)
  }

  @Test func `while such an entry waits, its row is not overwritten`() throws {
    let (hub, one, two, uuids) = try pair()
    try two.application.updateMedia(uuids[0], title: "typed there")
    try two.sync(hub.library)
    #expect(try one.push(hub.library) == nil)
    try one.application.updateMedia(uuids[0], title: "typed here")
    try renumberNewest(one, -1)
    #expect(try one.pull(hub.library) == nil)
    #expect(try title(one, uuids[0]) == "typed here")
    try one.sync(hub.library)
    try two.sync(hub.library)
    #expect(try title(one, uuids[0]) == title(two, uuids[0]))
  }

  @Test func `the entries that the daemon logs get a valid number, and a repaired log continues`() throws {
    let (hub, one, two, uuids) = try pair()
    try one.application.updateMedia(uuids[0], title: "first")
    try renumberNewest(one, Self.above)
    for number in 0..<5 {
      try one.application.updateMedia(uuids[0], title: "edit \(number)")
      try one.sync(hub.library)
    }
    try two.sync(hub.library)
    #expect(try title(two, uuids[0]) == "edit 4")
    let before = try one.library.deviceState()
    try one.application.connection.execute("DELETE FROM sync_log WHERE change_id > \(ChangeID.bound)")
    try one.application.connection.execute(
      "UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(change_id), 0) FROM sync_log) WHERE name = 'sync_log'"
    )
    try one.application.updateMedia(uuids[0], title: "after the repair")
    try one.sync(hub.library)
    try two.sync(hub.library)
    #expect(try title(two, uuids[0]) == "after the repair")
    let deviceState = try one.library.deviceState()
    #expect(deviceState.incarnation == before.incarnation && deviceState.quarantined == before.quarantined)
    #expect(try !LibraryInspection.look(at: one.file.path).isLogOutOfBounds)
  }

  @Test func `if no number is left, the change is quarantined and nothing is blocked`() throws {
    let (hub, one, _, uuids) = try pair()
    try one.application.updateMedia(uuids[0], title: "the last number")
    try renumberNewest(one, ChangeID.bound.rawValue)
    try one.application.updateMedia(uuids[1], title: "behind it")
    try one.sync(hub.library)
    #expect(try one.library.deviceState().pendingLocal == 0)
    #expect(try codes(one) == ["change_id_out_of_bounds"])
  }

  @Test(arguments: [
    ("payload = NULL", "malformed_payload"), ("payload = x'00ff'", "malformed_payload"),
    ("client_id = x'00ff'", "malformed_entry"), ("entity_uuid = x'00ff'", "malformed_entry"),
    ("timestamp = x'00ff'", "malformed_entry"), ("version = 'many'", "malformed_entry"),
  ])
  func `a change with a column that is not text is quarantined, and all others arrive`(
    column: String, code: String
  ) throws {
    let (hub, one, two, uuids) = try pair()
    try one.application.updateMedia(uuids[0], title: "damaged")
    try one.application.connection.execute(
      "UPDATE sync_log SET \(column) WHERE change_id = (SELECT max(change_id) FROM sync_log)")
    try one.application.updateMedia(uuids[1], title: "behind it")
    try one.sync(hub.library)
    try two.sync(hub.library)
    #expect(try title(two, uuids[1]) == "behind it")
    #expect(try one.library.deviceState().pendingLocal == 0)
    #expect(try codes(one) == [code])
  }

  @Test func `a row whose newest entry has no payload goes with its current values, if the hub takes those`()
    throws
  {
    let (_, one, _, uuids) = try pair()
    try one.application.updateMedia(uuids[0], title: "without a payload")
    try one.application.connection.execute(
      "UPDATE sync_log SET payload = NULL WHERE change_id = (SELECT max(change_id) FROM sync_log)")
    let batch = try one.library.nextBatch(BatchLimits(changes: 9, bytes: 1 << 20, sendsCurrentRows: true))
    #expect(batch.unsendable.isEmpty)
    #expect(batch.changes.map { $0.entry.payload["title"] } == [.text("without a payload")])
  }
}
