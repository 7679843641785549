import GRDB
import SyncCore
import Testing

@testable import LibraryStore

@Suite struct StateSchemaTests {
  /// The tables of a library of an older mediasync, with a conflict record.
  private func makeOld(_ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { database in
      try database.execute(sql: StateSchema.tables)
      try database.execute(
        sql: """
          INSERT INTO mediasync_state VALUES ('schema_version', 1), ('device_id', 'old-device'),
            ('incarnation', 'i'), ('pulled', 7), ('pushed', 0);
          INSERT INTO mediasync_conflicts (entity, uuid, losing, winning, change_id, position, since)
            VALUES ('Media', 'm', '{"title":"mine"}', '{"title":"theirs"}', 3, 5, '2026-01-01T00:00:00.000Z');
          """)
    }
  }

  @Test func `a library of version 1 is migrated with all its data`() throws {
    let file = try ScratchLibrary("empty")
    try makeOld(file.path)
    let library = try file.open()
    let deviceState = try library.deviceState()
    #expect(deviceState.device == DeviceID(rawValue: "old-device"))
    #expect(deviceState.pulled == Position(7))
    let record = try #require(try library.conflict(1))
    #expect(record.losing == ["title": .text("mine")])
    #expect(record.summary.winner == nil)
    #expect(record.summary.since == "2026-01-01T00:00:00.000Z")
    let again = try file.open()
    #expect(try again.deviceState().conflicts == 1)
  }

  @Test func `an upgraded library and a new one have the same tables`() throws {
    let (old, new) = (try ScratchLibrary("empty"), try ScratchLibrary("empty"))
    try makeOld(old.path)
    _ = try old.open()
    _ = try new.open()
    func tables(_ path: String) throws -> [String] {
      try DatabaseQueue(path: path).read { database in
        try String.fetchAll(
          database,
          sql: "SELECT sql FROM sqlite_master WHERE name LIKE 'mediasync%' AND sql NOT NULL ORDER BY name")
      }
    }
    #expect(try tables(old.path) == tables(new.path))
  }

  @Test func `a library of a newer mediasync is left alone`() throws {
    let file = try ScratchLibrary("empty")
    _ = try file.open()
    let newer = StateSchema.version + 1
    try DatabaseQueue(path: file.path).write { database in
      try database.execute(
        sql: "UPDATE mediasync_state SET value = ? WHERE name = 'schema_version'", arguments: [newer])
    }
    #expect(throws: StoreError.newerState(path: file.path, version: newer, known: StateSchema.version)) {
      try file.open()
    }
  }
}
