import GRDB
import SyncCore
import SyncWire
import Testing

@testable import HubStore

/// Migrates a file that an earlier version wrote, with all its data.
struct LibrarySchemaTests {
  @Test func `a file of format 1 is migrated with its deletions and conflicts`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("library.sqlite")
    let laptop = SampleSender(device: "laptop")
    let desktop = SampleSender(device: "desktop")
    var log = LogID(rawValue: "")
    do {
      let hub = try HubLibrary.open(at: path)
      log = hub.logID
      try laptop.send(
        laptop.change(1, .create, "Media", "m", SampleRow.media("https://example/1", hash: "h1")),
        laptop.change(2, .create, "Keywords", "k", SampleRow.keyword("one")),
        laptop.change(3, .link, "MediaKeywords", "m_k", SampleRow.link("m", "k")),
        laptop.change(4, .unlink, "MediaKeywords", "m_k", SampleRow.link("m", "k")),
        laptop.change(5, .delete, "Media", "m"), to: hub)
      try desktop.send(
        desktop.change(1, .update, "Keywords", "k", ["keyword": .text("two")], at: noon + .seconds(1)),
        to: hub,
        now: noon + .seconds(1))
      try Self.takeBackToFormat1(hub)
    }
    let hub = try HubLibrary.open(at: path)
    #expect(hub.logID == log)
    let standing = try hub.reading {
      try Int64.fetchAll($0, sql: "SELECT standing FROM \"rows\" ORDER BY uuid")
    }
    #expect(standing == [0, 1, 1], "k stands, m and the link do not")
    #expect(try hub.count(of: "conflicts") == 1)
    let again = try laptop.send(laptop.change(5, .delete, "Media", "m"), to: hub)
    #expect(again.map(\.outcome) == [.duplicate])
    let asked = GetRequest.at(6, of: laptop, pushed: 5)
    try hub.record(DeviceCheckIn(of: asked, now: noon + .seconds(120)))
    try hub.record(DeviceCheckIn(of: .at(6, of: desktop, pushed: 1), now: noon + .seconds(120)))
    #expect(try hub.retain(now: noon + .seconds(9000), retention: .seconds(60)).forgotten == 2)
  }

  @Test func `a file of a newer version is left alone`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path("library.sqlite")
    do {
      let hub = try HubLibrary.open(at: path)
      try hub.writing { try $0.execute(sql: "PRAGMA user_version = 4") }
    }
    #expect(throws: HubStoreError.fromNewerVersion(found: 4)) { try HubLibrary.open(at: path) }
  }

  /// Removes what format 1 did not have.
  private static func takeBackToFormat1(_ hub: HubLibrary) throws {
    try hub.writing { db in
      try db.execute(
        sql: """
          DROP INDEX rows_deleted;
          DROP INDEX conflicts_of_loser;
          ALTER TABLE "rows" DROP COLUMN standing;
          ALTER TABLE senders DROP COLUMN pushed;
          ALTER TABLE senders DROP COLUMN gone;
          ALTER TABLE senders DROP COLUMN reading;
          ALTER TABLE conflicts DROP COLUMN sender;
          ALTER TABLE conflicts DROP COLUMN change_id;
          ALTER TABLE conflicts DROP COLUMN untold;
            ALTER TABLE conflicts DROP COLUMN own;
          PRAGMA user_version = 1;
          """)
    }
  }
}
