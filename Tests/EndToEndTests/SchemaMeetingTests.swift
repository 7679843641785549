import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Libraries of different application releases meet at one hub. The fixtures share no address and no
  /// content, so only keywords can fold.
  @Suite struct SchemaMeetings {
    /// Two libraries that meet.
    struct Pair: Sendable, CustomTestStringConvertible {
      var one: Fixture
      var two: Fixture
      var testDescription: String { "\(one.rawValue) with \(two.rawValue)" }

      /// Rows that only the log mentions: the application hard-deleted a medium with all its children.
      var goneForGood: Set<String> {
        get throws {
          var gone: Set<String> = []
          for fixture in [one, two] {
            let directory = try makeTemporaryDirectory("gone")
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try fixture.copy(to: directory + "/library.sqlite")
            let connection = try SQLiteConnection(directory + "/library.sqlite")
            for entity in LibraryDigest.entities {
              let sql = """
                SELECT DISTINCT entity_uuid FROM sync_log
                WHERE entity = '\(entity)' AND entity_uuid NOT IN (SELECT uuid FROM \(entity))
                """
              gone.formUnion(try connection.rows(sql).compactMap { $0[0].text })
            }
          }
          return gone
        }
      }
    }

    static let pairs = [
      Pair(one: .v9Laptop, two: .v9Desktop), Pair(one: .v26Laptop, two: .v26Desktop),
      Pair(one: .v9Laptop, two: .v26Laptop), Pair(one: .laptop, two: .v26Laptop),
      Pair(one: .desktop, two: .v26Desktop),
    ]

    /// Two devices that have synced both ways until neither has anything left to send.
    private final class Meeting {
      let stage: Stage
      let devices: [DaemonProcess]
      /// The earlier content of each library.
      let before: [[String: Set<String>]]
      /// The stale words that the application itself left in each index.
      let stale: [Set<String>]

      init(_ pair: Pair) throws {
        stage = try Stage()
        devices = [try stage.device("one", pair.one), try stage.device("two", pair.two)]
        before = try devices.map { try SchemaMeetings.rows(of: $0.library) }
        stale = try devices.map { try LibraryHealth.staleWords($0.library) }
        for device in devices + devices {
          let end = try device.sync()
          // 65: the application logs rows of kinds that are not synced.
          #expect([0, 65].contains(end.code), "\(device.directory): \(end.errors)")
        }
      }

      /// Expects that every row of these entities that one of the libraries held is in both, or is listed
      /// there as waiting for the key of another.
      func expectAll(of entities: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        for device in devices {
          var here = try SchemaMeetings.rows(of: device.library)
          let waiting = try SQLiteConnection(device.library, .readOnly)
            .rows("SELECT entity, uuid FROM mediasync_parked WHERE reason = 'key_taken'")
          for row in waiting { here[row[0].text ?? "", default: []].insert(row[1].text ?? "") }
          for entity in entities {
            let held = before.reduce(into: Set<String>()) { $0.formUnion($1[entity] ?? []) }
            #expect(!held.isEmpty, sourceLocation: sourceLocation)
            let lost = held.subtracting(here[entity] ?? [])
            #expect(lost == [], "\(device.directory): \(entity)", sourceLocation: sourceLocation)
          }
        }
      }

      /// Expects that a query finds nothing in either library.
      func expectNothing(_ sql: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for device in devices {
          let rows = try SQLiteConnection(device.library, .readOnly).rows(sql)
          let found = rows.map { $0.map(\.described).joined(separator: " ") }
          #expect(found == [], "\(device.directory)", sourceLocation: sourceLocation)
        }
      }

      /// Expects that both libraries and their indexes are sound, with their original schemas.
      func expectSound(_ pair: Pair) throws {
        for (device, (fixture, stale)) in zip(devices, zip([pair.one, pair.two], stale)) {
          let model = device.directory + "/model.sqlite"
          try fixture.copy(to: model)
          let problems = try LibraryHealth.problems(device.library, schemaOf: model, staleBefore: stale)
          // A daemon opens a library as the application does; before, the fixtures were not in use.
          #expect(problems.filter { !$0.hasPrefix("journal_mode") } == [], "\(device.directory)")
        }
      }

      /// Expects that `verify` says equal on both. If one of them has hard-deleted a medium, it lists the
      /// hub's rows of that medium and skips what waits for it; nothing else.
      func expectEqual(butFor gone: Set<String>) throws {
        for device in devices {
          try device.run()
          try device.awaitInStep()
          let end = try device.control("verify", "--json")
          let found = try #require(JSONNode.parse(Data(end.output.utf8)), "\(end.output)\(end.errors)")
          let differing = (try #require(found["differences"]?.list)).compactMap { $0["entity_uuid"]?.text }
          #expect(Set(differing).subtracting(gone) == [], "\(device.directory): \(end.output)")
          if gone.isEmpty {
            #expect(end.code == 0, "\(device.directory): \(end.output)")
            #expect(found["unsettled"]?.integer == 0)
          }
          try device.stop()
        }
      }
    }

    /// The rows of a library by entity: their uuids, or for keywords, which both libraries share, their
    /// words.
    private static func rows(of library: String) throws -> [String: Set<String>] {
      let connection = try SQLiteConnection(library, .readOnly)
      var rows: [String: Set<String>] = [:]
      for entity in LibraryDigest.entities {
        let name = entity == "Keywords" ? "lower(keyword)" : "uuid"
        rows[entity] = Set(try connection.rows("SELECT \(name) FROM \(entity)").compactMap { $0[0].text })
      }
      return rows
    }

    @Test(arguments: pairs)
    func
      `no row is lost, rows that both libraries can hold are not folded, and verify says equal on both`(
        _ pair: Pair
      ) throws
    {
      let meeting = try Meeting(pair)
      // The application makes a chunk's id from the local id of its medium: `1_chunk_1` is another chunk in
      // each library. It logs the metadata of chunks as an object and stores it as text. And v9-desktop named
      // a keyword k2 and gave it another word before it met v9-laptop, which has its own k2.
      try meeting.expectAll(of: LibraryDigest.entities)
      try meeting.expectNothing("SELECT entity, uuid FROM mediasync_aliases WHERE entity <> 'Keywords'")
      try meeting.expectNothing("SELECT entity, uuid FROM mediasync_parked WHERE reason = 'key_taken'")
      try meeting.expectNothing(
        """
        SELECT direction, entity, uuid, code, reason FROM mediasync_quarantine
        WHERE code <> 'unknown_entity' OR direction <> 'push'
        """)
      try meeting.expectSound(pair)
      try meeting.expectEqual(butFor: pair.goneForGood)
    }
  }
}
