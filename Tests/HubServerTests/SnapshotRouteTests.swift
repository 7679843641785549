import Foundation
import SyncCore
import SyncWire
import Testing

@testable import HubServer

/// `/snapshot`, `/rows` and `/digest` over a real socket.
struct SnapshotRouteTests {
  private static let who = "device_id=d&incarnation=i"

  private func filled(_ count: Int64) async throws -> (hub: RunningHub, token: String) {
    let hub = try await RunningHub.start()
    let token = try hub.token()
    for id in 1...count {
      let reply = try await hub.send(RunningHub.keyword("w\(id)", device: "d", id: id), token: token)
      #expect(reply.status == 200)
    }
    return (hub, token)
  }

  @Test func `a snapshot is streamed, whole and in pieces`() async throws {
    let (hub, token) = try await filled(12)
    let whole = try await hub.ask("GET", "/sync/snapshot?\(Self.who)", token: token)
    #expect(whole.status == 200)
    #expect(whole.contentType == SnapshotRequest.contentType)
    let reply = try SnapshotReply(body: whole.body)
    #expect(reply.rows.count == 12)
    #expect(reply.end == .init(rows: 12, complete: true))
    var after = ""
    var rows: [SnapshotLine] = []
    for _ in 0..<9 {
      let piece = try await hub.ask("GET", "/sync/snapshot?\(Self.who)&limit=5\(after)", token: token)
      let reply = try SnapshotReply(body: piece.body)
      rows += reply.rows
      if reply.end?.complete == true { break }
      let last: RowName = try #require(reply.last)
      after = "&after_entity=\(last.entity)&after_uuid=\(last.uuid)"
    }
    #expect(rows == reply.rows)
    await hub.stop()
  }

  @Test func `repeated row names arrive in order, up to the allowed number`() async throws {
    let (hub, token) = try await filled(3)
    let links = (0..<495).map { "uuid=\(UUID().uuidString)_\(UUID().uuidString)\($0)" }.joined(separator: "&")
    let path =
      "/sync/rows?device_id=d&entity=Keywords&uuid=uuid-w2&entity=MediaKeywords&\(links)&entity=Keywords"
      + "&uuid=uuid-w1&uuid=%C3%A4&uuid=uuid-w3"
    let response = try await hub.ask("GET", path, token: token)
    #expect(response.status == 200)
    let reply = try RowsReply(body: response.body)
    #expect(
      reply.rows.map { if case .entry(let entry) = $0.entry { entry.row.uuid } else { "" } }
        == ["uuid-w2", "uuid-w1", "uuid-w3"])
    #expect(reply.unknown.count == 496)
    #expect(reply.unknown.last?.row == RowName("Keywords", "ä"))
    await hub.stop()
  }

  @Test func `digests lead from the sums to the row`() async throws {
    let (hub, token) = try await filled(3)
    let response = try await hub.ask("GET", "/sync/digest?device_id=d&at=2", token: token)
    let keywords = try #require(
      try DigestSummary(body: response.body).entities.first { $0.name == "Keywords" })
    #expect(keywords.sums.rows == 2)
    var found: Set<String> = []
    for number in keywords.sums.buckets.keys {
      let asked = DigestRequest(
        device: DeviceID(rawValue: "d"), logID: nil, at: Position(2),
        bucket: .init(entity: "Keywords", number: number))
      let query = asked.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
      let bucket = try await hub.ask("GET", "/sync/digest?\(query)", token: token)
      found.formUnion(try DigestBucket(body: bucket.body).rows.map(\.uuid))
    }
    #expect(found == ["uuid-w1", "uuid-w2"])
    await hub.stop()
  }

  @Test func `the new routes require a token, bound to the device`() async throws {
    let (hub, token) = try await filled(1)
    let paths = [
      "/sync/snapshot?\(Self.who)", "/sync/rows?device_id=d&entity=Media&uuid=u", "/sync/digest?device_id=d",
    ]
    for path in paths {
      #expect(try await hub.ask("GET", path, token: nil).status == 401)
      #expect(try await hub.ask("GET", path, token: "mst_nobody").status == 401)
      #expect(try await hub.ask("POST", path, token: token).status == 405)
      #expect(try await hub.ask("GET", path, token: token).status == 200)
      let other = try await hub.ask(
        "GET", path.replacingOccurrences(of: "device_id=d", with: "device_id=e"), token: token)
      #expect(other.status == 403)
      #expect(other.code == ProblemCode.tokenOfAnotherDevice.rawValue)
    }
    for path in ["/sync/rows?entity=Media&uuid=u", "/sync/digest"] {
      #expect(try await hub.ask("GET", path, token: token).status == 403, "no device is not the bound one")
    }
    _ = try hub.data.tokens.revoke(1, now: Instant(milliseconds: 0))
    for path in paths {
      #expect(try await hub.ask("GET", path, token: token).code == ProblemCode.tokenRevoked.rawValue)
    }
    await hub.stop()
  }

  @Test func `a query that makes no sense is refused`() async throws {
    let (hub, token) = try await filled(1)
    let long = String(repeating: "x", count: 2000)
    for path in [
      "snapshot", "snapshot?\(Self.who)&limit=0", "snapshot?\(Self.who)&limit=x",
      "snapshot?\(Self.who)&after_uuid=u", "snapshot?\(Self.who)&after_entity=Nothing&after_uuid=u",
      "snapshot?\(Self.who)&chain_at=-1", "rows?device_id=d", "rows?device_id=d&uuid=u",
      "rows?device_id=d&entity=Media&uuid=\(long)", "digest?device_id=d&at=x", "digest?device_id=d&at=-1",
      "digest?device_id=d&bucket=00", "digest?device_id=d&entity=Media&bucket=0",
      "digest?device_id=d&entity=Nothing&bucket=00",
      "get?client_id=c&since_change_id=0&\(Self.who)&chain_at=x",
    ] {
      let reply = try await hub.ask("GET", "/sync/" + path, token: token)
      #expect(reply.status == 422, "\(path)")
      #expect(reply.code == ProblemCode.badEnvelope.rawValue, "\(path)")
    }
    let beyond = try await hub.ask("GET", "/sync/digest?device_id=d&at=9", token: token)
    #expect(beyond.code == ProblemCode.logRewound.rawValue)
    let another = try await hub.ask("GET", "/sync/snapshot?\(Self.who)&log_id=x", token: token)
    #expect(another.code == ProblemCode.logMismatch.rawValue)
    await hub.stop()
  }
}
