import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// A server of layer 1, its rules and its traps (protocol.md §2).
  @Suite struct LayerOne {
    @Test(arguments: [Layer1Server.PayloadForm.string, .object, .nullForLinks])
    func `two devices become equal through a layer-1 server`(_ form: Layer1Server.PayloadForm) throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      server.with { $0.payloads = form }
      let (one, two) = (
        try stage.device("one", nil, hub: server.url), try stage.device("two", hub: server.url)
      )
      try LibraryGenerator(seed: 31, media: 40, client: "app-one").write(to: one.library)
      try stage.waitUntilInStep([one, two])
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      let uuid = try there.addMedia(NewMedia(url: "u", title: "from two", content: "text", keywords: ["k"]))
      try stage.waitUntilInStep([one, two])
      let here = try SampleLibrary(one.library, client: "app-one", seed: 3)
      try here.updateMedia(uuid, title: "from one")
      try stage.waitUntilInStep([one, two])
      let links = LibraryDigest.Links.live
      #expect(
        try LibraryDigest(one.library, links: links)
          .difference(from: LibraryDigest(two.library, links: links)) == "")
      #expect(try value(two.library, "SELECT title FROM Media WHERE uuid = '\(uuid)'") == .text("from one"))
      for device in [one, two] { #expect(try LibraryHealth.problems(device.library) == []) }
    }

    /// An entry for a row with version 2, last edited by `app-one`; the server saw the entry `seconds` later
    /// than that edit.
    struct Rival: Sendable {
      var version: Int64
      var client = "app-other"
      var seconds: Double
      var zoneHours = 0
      var wins: Bool
    }

    @Test(arguments: [
      Rival(version: 1, seconds: 3600, wins: false),
      Rival(version: 2, client: "app-one", seconds: 3600, wins: false),
      // Later as text, earlier as an instant.
      Rival(version: 2, seconds: -3600, zoneHours: 14, wins: false),
      // Earlier as text, later as an instant.
      Rival(version: 2, seconds: 3600, zoneHours: -11, wins: true),
      Rival(version: 2, seconds: 0, wins: true),
      Rival(version: 4, seconds: -3600, wins: true),
    ])
    func `version, client and instant decide who wins, and the winner sets the version`(_ rival: Rival)
      throws
    {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let device = try stage.device("one", hub: server.url)
      let here = try SampleLibrary(device.library, client: "app-one", seed: 1)
      let uuid = try here.addMedia(NewMedia(url: "u", title: "first", content: "text"))
      try here.updateMedia(uuid, title: "mine")
      #expect(try device.sync().code == 0)
      let modified = try value(device.library, "SELECT last_modified FROM Media")?.text ?? ""
      let at = try Self.instant(modified, after: rival.seconds, zoneHours: rival.zoneHours)
      let payload = Payload([("title", .text("theirs")), ("version", .integer(rival.version))])
      let entry = JSONNode.object([
        "entity": .text("Media"), "entity_uuid": .text(uuid), "operation": .text("update"),
        "timestamp": .text("2020-01-01T00:00:00.000Z"), "server_timestamp": .text(at),
        "client_id": .text(rival.client), "version": .integer(rival.version), "payload": .text(payload.json),
      ])
      server.with { $0.landsBetweenReads = [entry] }
      #expect(try device.sync().code == 0)
      let row = try value(device.library, "SELECT title || ' ' || version FROM Media")
      #expect(row == .text(rival.wins ? "theirs \(rival.version)" : "mine 2"), "\(at) against \(modified)")
    }

    private static func instant(_ text: String, after seconds: Double, zoneHours: Int) throws -> String {
      let format = ISO8601DateFormatter()
      format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
      let date = try #require(format.date(from: text))
      format.timeZone = TimeZone(secondsFromGMT: zoneHours * 3600)
      return format.string(from: date.addingTimeInterval(seconds))
    }

    @Test func `a row that arrives between the server's two reads is not skipped`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let device = try stage.device("one", hub: server.url)
      server.with { $0.landsBetweenReads = [Self.keyword("11111111-1111-4111-8111-111111111111", "landed")] }
      try stage.waitUntilInStep([device])
      #expect(
        try value(device.library, "SELECT count(*) FROM Keywords WHERE keyword = 'landed'") == .integer(1))
    }

    @Test func `one cycle reads pages of fifty to the end`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let (one, two) = (
        try stage.device("one", nil, hub: server.url), try stage.device("two", hub: server.url)
      )
      try LibraryGenerator(seed: 32, media: 60, client: "app-one").write(to: one.library)
      #expect(try one.sync().code == 0)
      #expect(server.positions.count > 200)
      #expect(try two.sync().code == 0)
      #expect(try LibraryDigest(two.library).lines.count > 200)
    }

    @Test func `a server restored from a backup is reported, and nothing continues silently`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let (one, two) = (
        try stage.device("one", .laptop, hub: server.url), try stage.device("two", hub: server.url)
      )
      try stage.waitUntilInStep([one, two])
      server.restoreBackup(keeping: 10)
      let before = try LibraryDigest(two.library)
      let end = try two.sync()
      #expect(end.code != 0)
      #expect(said(end).contains("backup") || said(end).contains("restored"), "\(end.errors)")
      #expect(try LibraryDigest(two.library) == before)
    }

    @Test func `a server that has retired this protocol is named in one line`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      server.with { $0.isRetired = true }
      let end = try stage.device("one", .laptop, hub: server.url).sync()
      #expect(end.code != 0)
      #expect(said(end).contains("retired"), "\(end.errors)")
      #expect(end.errors.split(separator: "\n").count { $0.lowercased().contains("retired") } == 1)
    }

    @Test func `refused credentials exit with 77`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      server.with { $0.refuses = true }
      #expect(try stage.device("one", .laptop, hub: server.url).sync().code == 77)
    }

    @Test func `if push fails, pull does not run`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      server.with { $0.isRetired = true }
      _ = try stage.device("one", .laptop, hub: server.url).sync()
      #expect(server.with { $0.requests.filter { $0 == "GET /sync/get" } } == [])
    }

    @Test func `a malformed entry is quarantined, and the rest continues`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let device = try stage.device("one", hub: server.url)
      var bad = Self.keyword("22222222-2222-4222-8222-222222222222", "bad")
      bad["payload"] = .text("{not json")
      var unknown = Self.keyword("33333333-3333-4333-8333-333333333333", "unknown")
      unknown["entity"] = .text("Playlists")
      let good = Self.keyword("44444444-4444-4444-8444-444444444444", "good")
      let entries = [bad, unknown, good]
      server.with { $0.landsBetweenReads = entries }
      let end = try device.sync()
      #expect(end.code == 65, "\(end.errors)")
      #expect(try value(device.library, "SELECT keyword FROM Keywords") == .text("good"))
    }

    static func keyword(_ uuid: String, _ keyword: String) -> JSONNode {
      let at = "2026-01-01T00:00:00.000Z"
      let payload = Payload([
        ("id", .integer(1)), ("keyword", .text(keyword)), ("uuid", .text(uuid)), ("last_modified", .text(at)),
        ("version", .integer(1)), ("client_id", .text("app-other")), ("deleted", .integer(0)),
        ("prev_version", .null), ("merge_parent_uuid", .null),
      ])
      return .object([
        "entity": .text("Keywords"), "entity_uuid": .text(uuid), "operation": .text("create"),
        "timestamp": .text(at), "server_timestamp": .text(at), "client_id": .text("app-other"),
        "version": .integer(1), "payload": .text(payload.json),
      ])
    }
  }
}
