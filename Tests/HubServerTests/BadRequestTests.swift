import SyncCore
import SyncWire
import Testing

@testable import HubServer

/// Bad input over a real socket: the hub answers with a problem document with a stable code, and writes
/// nothing partial.
struct BadRequestTests {
  private func expect(
    _ reply: RunningHub.Reply, _ status: Int, _ code: ProblemCode,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(reply.status == status, sourceLocation: location)
    #expect(reply.code == code.rawValue, sourceLocation: location)
    #expect(reply.contentType == Problem.contentType, sourceLocation: location)
  }

  @Test func `every bad request is answered with a problem document`() async throws {
    let hub = try await RunningHub.start(bytesMax: 100_000)
    let token = try hub.token()
    let json = ["Content-Type": "application/json"]
    expect(try await hub.ask("GET", "/sync/capabilities", token: nil), 401, .unauthorized)
    expect(try await hub.ask("GET", "/sync/capabilities", token: "mst_nobody"), 401, .unauthorized)
    expect(try await hub.ask("GET", "/sync/nothing", token: token), 404, .notFound)
    expect(try await hub.ask("GET", "/", token: nil), 404, .notFound)
    expect(try await hub.ask("POST", "/sync/get", token: token), 405, .methodNotAllowed)
    expect(try await hub.ask("DELETE", "/sync/send", token: token), 405, .methodNotAllowed)
    expect(
      try await hub.ask(
        "POST", "/sync/send", token: token, headers: ["Content-Type": "text/plain"], body: [0x7B]),
      415, .unsupportedMedia)
    expect(
      try await hub.ask(
        "POST", "/sync/send", token: token,
        headers: ["Content-Type": "application/json", "Content-Encoding": "gzip"], body: [0x7B]), 415,
      .unsupportedMedia)
    for text in ["", "{", "{\"client_id\":", "\u{0}", "{}}", "[1,2"] {
      expect(
        try await hub.ask("POST", "/sync/send", token: token, headers: json, body: Array(text.utf8)), 400,
        .badJSON)
    }
    expect(try await hub.send([0x22, 0xFF, 0xFE], token: token), 400, .badJSON)
    let envelopes = [
      "[]", "1", "{}", "{\"client_id\":\"c\"}", "{\"client_id\":1,\"changes\":[]}",
      "{\"client_id\":\"c\",\"changes\":{}}", "{\"client_id\":\"c\",\"changes\":[{}]}",
      "{\"client_id\":\"c\",\"changes\":[],\"device_id\":\"d\"}",
    ]
    for text in envelopes { expect(try await hub.send(Array(text.utf8), token: token), 422, .badEnvelope) }
    expect(try await hub.ask("GET", "/sync/get", token: token), 422, .badEnvelope)
    expect(
      try await hub.ask("GET", "/sync/get?client_id=c&since_change_id=x", token: token), 422, .badEnvelope)
    // One part checks a value and another acts on it: they must see the same value.
    for query in [
      "get?client_id=c&device_id=a&device_id=b&incarnation=i", "get?client_id=c&incarnation=i&device_id=",
      "get?client_id=c&since_change_id=0&since_change_id=1", "snapshot?device_id=a&incarnation=i&device_id=b",
      "rows?device_id=a&device_id=b&entity=Media&uuid=u", "digest?device_id=a&device_id=b",
      "digest?at=0&at=0",
    ] { expect(try await hub.ask("GET", "/sync/" + query, token: token), 422, .badEnvelope) }
    expect(try await hub.send([UInt8](repeating: 0x20, count: 100_001), token: token), 413, .tooLarge)
    let many =
      "{\"client_id\":\"c\",\"changes\":[" + Array(repeating: "1", count: 2001).joined(separator: ",") + "]}"
    expect(try await hub.send(Array(many.utf8), token: token), 413, .tooLarge)
    expect(
      try await hub.ask("GET", RunningHub.get("d", since: 7), token: token), 409, .logRewound)
    expect(
      try await hub.ask("GET", RunningHub.get("d") + "&log_id=another", token: token), 409, .logMismatch)
    let untouched = GetRequest(clientID: "c", since: .start, extras: nil)
    #expect(try hub.data.library("home").page(untouched, now: Instant(milliseconds: 0)).count == 0)
    await hub.stop()
  }

  @Test func `a token is valid for one device and one library, until it is revoked`() async throws {
    let hub = try await RunningHub.start()
    let home = try hub.token("home")
    let work = try hub.token("work")
    #expect(try await hub.send(RunningHub.keyword("one", device: "d1"), token: home).status == 200)
    expect(
      try await hub.send(RunningHub.keyword("two", device: "d2"), token: home), 403, .tokenOfAnotherDevice)
    expect(try await hub.ask("GET", RunningHub.get("d2"), token: home), 403, .tokenOfAnotherDevice)
    expect(
      try await hub.ask("GET", "/sync/get?client_id=old&since_change_id=0", token: home), 403,
      .tokenOfAnotherDevice)
    let other = try await hub.ask("GET", RunningHub.get("d2"), token: work)
    #expect(try GetReply(body: other.body).entries.isEmpty)
    let viaKey = try await hub.ask("GET", RunningHub.get("d1"), token: nil, headers: ["X-API-KEY": home])
    #expect(viaKey.status == 200)
    let parked = Task { try await hub.ask("GET", RunningHub.get("d2", wait: 20), token: work) }
    _ = try hub.data.tokens.revoke(1, now: Instant(milliseconds: 0))
    expect(try await hub.ask("GET", RunningHub.get("d1"), token: home), 403, .tokenRevoked)
    let third = try hub.token("work")
    try await poll { await hub.isParked(1) }
    _ = try hub.data.tokens.revoke(2, now: Instant(milliseconds: 0))
    #expect(try await hub.send(RunningHub.keyword("three", device: "d3"), token: third).status == 200)
    expect(try await parked.value, 403, .tokenRevoked)
    await hub.stop()
  }
}
