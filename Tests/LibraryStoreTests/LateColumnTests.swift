import GRDB
import HubStore
import SampleApplication
import SyncCore
import SyncWire
import Testing

@testable import LibraryStore

/// One device gets a column later than others: its default replaces no user's value, and the device gets the
/// others' values.
@Suite struct LateColumnTests {
  private static let column = "ALTER TABLE Media ADD COLUMN rating INTEGER DEFAULT 0"

  /// Two devices in step; one of them has a new column with a value, and both have seen the hub's value.
  private func makePair(_ hub: TemporaryHub) throws -> (one: SyncedDevice, two: SyncedDevice, uuid: String) {
    let (one, two) = (try SyncedDevice(1), try SyncedDevice(2))
    let uuid = try one.application.addMedia(NewMedia(url: "u", title: "first", content: "text"))
    for device in [one, two] { try device.sync(hub.library) }
    try one.application.connection.execute(Self.column)
    try one.application.updatePartial(uuid, [("rating", .integer(5))])
    for device in [one, two] { try device.sync(hub.library) }
    return (one, two, uuid)
  }

  private func rating(_ device: SyncedDevice) throws -> SQLValue? {
    try device.application.connection.value("SELECT rating FROM Media")
  }

  /// The whole row goes into the log with the new column, as the application writes it.
  private func editTitle(_ device: SyncedDevice, _ uuid: String, _ title: String, rating: Int64) throws {
    try device.application.updatePartial(uuid, [("title", .text(title)), ("rating", .integer(rating))])
  }

  @Test func `kept values fill the column when it appears, without an entry in the log`() throws {
    let hub = try TemporaryHub()
    let (one, two, _) = try makePair(hub)
    try two.application.connection.execute(Self.column)
    let entries = try two.application.connection.value("SELECT count(*) FROM sync_log")
    #expect(try two.library.fillIn().applied == 1)
    #expect(try rating(two) == .integer(5))
    #expect(try two.application.connection.value("SELECT count(*) FROM sync_log") == entries)
    #expect(try one.library.sums() == two.library.sums())
    #expect(try two.library.fillIn().applied == 0)
  }

  @Test func `an edit made before the column is filled replaces no value with its default`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    try two.application.connection.execute(Self.column)
    try editTitle(two, uuid, "edited over there", rating: 0)
    for device in [two, one, two] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(5))
    #expect(try one.application.connection.value("SELECT title FROM Media") == .text("edited over there"))
    #expect(try rating(two) == .integer(5))
    #expect(try one.library.sums() == two.library.sums())
  }

  @Test func `values that a user writes into the new column are sent and kept`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    try two.application.connection.execute(Self.column)
    try editTitle(two, uuid, "edited over there", rating: 3)
    for device in [two, one, two] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(3))
    #expect(try rating(two) == .integer(3))
    #expect(try one.library.sums() == two.library.sums())
  }

  @Test func `a restart between the upgrade and the first look changes nothing`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    try two.application.connection.execute(Self.column)
    try editTitle(two, uuid, "edited over there", rating: 0)
    try two.restart()
    for device in [two, one, two] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(5))
    #expect(try rating(two) == .integer(5))
  }

  @Test func `a default that a further upgrade changes is not a user's value either`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    // The rows keep the values of the first default, which is no longer the default.
    try two.application.connection.execute(Self.column)
    try two.library.write { _ in }
    try two.application.connection.execute(
      """
      PRAGMA writable_schema = ON;
      UPDATE sqlite_master SET sql = replace(sql, 'rating INTEGER DEFAULT 0', 'rating INTEGER DEFAULT 9')
        WHERE name = 'Media';
      PRAGMA writable_schema = RESET;
      """)
    try editTitle(two, uuid, "edited over there", rating: 0)
    for device in [two, one, two] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(5))
    #expect(try rating(two) == .integer(5))
  }

  /// Restores what an older version leaves behind that kept nothing: the tables of an older state.
  private func forgetEverythingKept(_ device: SyncedDevice) throws {
    try DatabaseQueue(path: device.file.path).write { database in
      let old = ["state", "notes", "unsettled", "aliases", "parked", "quarantine", "conflicts"]
      let tables = try String.fetchAll(
        database,
        sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'mediasync!_%' ESCAPE '!'")
      for table in tables where !old.contains(String(table.dropFirst("mediasync_".count))) {
        try database.execute(sql: "DROP TABLE \(table)")
      }
      try database.execute(
        sql: """
          ALTER TABLE mediasync_parked DROP COLUMN was_here;
          DELETE FROM mediasync_state WHERE name = 'columns_compared';
          UPDATE mediasync_state SET value = 2 WHERE name = 'schema_version';
          """)
    }
  }

  @Test func `if an older version kept nothing, the column is left out until it has been compared`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    try two.application.connection.execute(Self.column)
    try editTitle(two, uuid, "edited over there", rating: 0)
    try forgetEverythingKept(two)
    try two.restart()
    for device in [two, one, two] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(5))
    #expect(try one.application.connection.value("SELECT title FROM Media") == .text("edited over there"))
    let schema = try #require(try two.library.deviceState().schemaToCompare)
    let result = try two.library.examine([try hub.row("Media", uuid)], repair: .fill)
    #expect(result.repaired == 1)
    #expect(try rating(two) == .integer(5))
    try two.library.columnsWereCompared(schema: schema)
    #expect(try two.library.deviceState().schemaToCompare == nil)
    // From now on the default is an ordinary value.
    try editTitle(two, uuid, "not rated any more", rating: 0)
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(0))
  }

  @Test func `a dropped column that returns is compared, and so is a renamed one`() throws {
    let hub = try TemporaryHub()
    let (one, two, uuid) = try makePair(hub)
    try two.application.connection.execute(Self.column)
    try two.sync(hub.library)
    #expect(try rating(two) == .integer(5))
    try two.application.connection.execute("ALTER TABLE Media RENAME COLUMN rating TO stars")
    try two.application.updateMedia(uuid, title: "without the column")
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(5))
    try two.application.connection.execute(Self.column)
    try editTitle(two, uuid, "with the column", rating: 0)
    for device in [two, one] { try device.sync(hub.library) }
    #expect(try rating(one) == .integer(5))
    #expect(try two.library.deviceState().schemaToCompare != nil)
    _ = try two.library.examine([try hub.row("Media", uuid)], repair: .fill)
    #expect(try rating(two) == .integer(5))
  }
}

extension TemporaryHub {
  /// The hub's version of a row.
  fileprivate func row(_ entity: String, _ uuid: String) throws -> HubRow {
    let name = RowName(entity, uuid)
    let request = RowsRequest(device: DeviceID(rawValue: "device-2"), logID: nil, rows: [name])
    let reply = try RowsReply(body: library.rows(request, now: Instant(milliseconds: 1_800_000_000_000)))
    guard case .entry(let entry)? = reply.rows.first?.entry else { return HubRow(row: name, state: .unknown) }
    return HubRow(row: name, state: .held(entry))
  }
}
