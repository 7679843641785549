import EventLoop
import Foundation
import SyncCore
import Testing

@testable import HubClient

@Suite struct HubConnectionTests {
  @Test func `a connection is reused`() async throws {
    let server = TestServer { .reply("200 OK", $0.body) }
    let caller = try Caller(server)
    for number in 1...20 {
      let body = #"{"n":\#(number)}"#
      let reply = await caller.send(HubRequest(method: .post, path: "/send", body: Array(body.utf8)))
      #expect(reply.text == body)
    }
    #expect(server.connectionCount == 1)
  }

  @Test func `a push does not wait behind a long poll, and both connections stay open`() async throws {
    let server = TestServer { request in
      if request.line.contains("wait=") { Thread.sleep(forTimeInterval: 0.2) }
      return .reply("200 OK", request.line)
    }
    let caller = try Caller(server)
    for _ in 0..<2 {
      async let poll = caller.get("/get", query: [.init("wait", "1")], wait: .seconds(1))
      async let push = caller.send(HubRequest(method: .post, path: "/send", body: Array("{}".utf8)))
      #expect(await push.response?.status == 200)
      #expect(await poll.response?.status == 200)
    }
    #expect(server.connectionCount <= 2)
  }

  @Test func `a request has the expected headers, and no harmful one`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server) {
      $0.bearerToken = "t0k3n"
      $0.apiKey = "k3y"
      $0.userAgent = "mediasyncd/9"
    }
    let body = [UInt8](repeating: 0x20, count: 3 << 20)
    #expect(await caller.send(HubRequest(method: .post, path: "/send", body: body)).response?.status == 200)
    _ = await caller.get()
    let requests = server.requests
    #expect(requests[0].header("Authorization") == "Bearer t0k3n")
    #expect(requests[0].header("X-API-KEY") == "k3y")
    #expect(requests[0].header("Content-Type") == "application/json")
    #expect(requests[0].header("User-Agent") == "mediasyncd/9")
    #expect(requests[0].header("Accept-Encoding")?.contains("gzip") == true)
    #expect(requests[0].header("Expect") == nil)
    #expect(requests[0].body.utf8.count == body.count)
    #expect(requests[1].header("Content-Type") == nil)
    #expect(requests[1].line == "GET /sync/get HTTP/1.1")
  }

  @Test func `query items are percent-encoded`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server) { $0.baseURL += "/" }
    _ = await caller.get(query: [.init("client_id", "a b&c=d/é+%"), .init("since_change_id", "7")])
    #expect(
      server.requests.first?.line
        == "GET /sync/get?client_id=a%20b%26c%3Dd%2F%C3%A9%2B%25&since_change_id=7 HTTP/1.1")
  }

  @Test func `an empty body is still a POST with a length`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server)
    #expect(await caller.send(HubRequest(method: .post, path: "/send")).response?.status == 200)
    #expect(server.requests.first?.header("Content-Length") == "0")
  }

  @Test(arguments: ["413 Payload Too Large", "503 Service Unavailable"])
  func `the client returns a status and its Retry-After`(status: String) async throws {
    let server = TestServer { _ in .reply(status, #"{"code":"x"}"#, headers: "Retry-After: 17\r\n") }
    let reply = await (try Caller(server)).get()
    #expect(reply.response?.status == Int(status.prefix(3)))
    #expect(reply.response?.retryAfter == .seconds(17))
    #expect(reply.text == #"{"code":"x"}"#)
  }

  @Test func `Retry-After may be a date`() async throws {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    let date = format.string(from: Date(timeIntervalSinceNow: 100))
    let server = TestServer { _ in .reply("429 Too Many", headers: "Retry-After: \(date)\r\n") }
    let after = try #require(await (try Caller(server)).get().response?.retryAfter)
    #expect(after > .seconds(90) && after <= .seconds(101))
  }

  @Test func `a past date, or no header, gives no Retry-After`() async throws {
    let server = TestServer { request in
      request.line.contains("past")
        ? .reply("503 No", headers: "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n") : .reply("503 No")
    }
    let caller = try Caller(server)
    #expect(await caller.get("/past").response?.retryAfter == nil)
    #expect(await caller.get("/none").response?.retryAfter == nil)
  }

  @Test func `a redirect to the same host is followed, one to another host is not`() async throws {
    let other = TestServer { _ in .reply("200 OK", "stolen") }
    let otherPort = other.port
    let server = TestServer { request in
      switch request.line.split(separator: " ")[1] {
      case "/sync/send": .reply("307 Moved", headers: "Location: /sync/send/\r\n")
      case "/sync/away": .reply("307 Moved", headers: "Location: http://127.0.0.1:\(otherPort)/\r\n")
      case "/sync/round": .reply("307 Moved", headers: "Location: /sync/round\r\n")
      default: .reply("200 OK", request.body)
      }
    }
    let caller = try Caller(server) { $0.apiKey = "secret" }
    let reply = await caller.send(HubRequest(method: .post, path: "/send", body: Array("abc".utf8)))
    #expect(reply.text == "abc")
    let away = await caller.get("/away").response
    #expect(
      away?.status == 307 && away?.redirect == "http://127.0.0.1:\(otherPort)/", "people are told where to")
    #expect(away?.hadCredentials == true)
    #expect(await caller.get("/round").response?.status == 307)
    #expect(other.requests.isEmpty)
  }

  @Test func `a compressed reply is unpacked, and the limit applies to the unpacked size`() async throws {
    // gzip of {"changes":[]} and 2,000 spaces.
    let packed: [UInt8] = [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 206, 72, 204, 75, 79, 45, 86, 178, 138, 142, 173, 85, 24,
      5,
      163, 96, 20, 140, 130, 81, 48, 10, 70, 193, 144, 7, 0, 230, 161, 76, 34, 222, 7, 0, 0,
    ]
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"
    let server = TestServer { _ in .sendBytes(head, packed) }
    let reply = await (try Caller(server)).get()
    #expect(reply.response?.body.count == 2014)
    #expect(reply.text?.hasPrefix(#"{"changes":[]} "#) == true)
    let strict = try Caller(server) { $0.maxReplyBytes = 1000 }
    #expect(await strict.get().error == .tooLarge(limitBytes: 1000))
  }

  @Test func `a new configuration applies to the next request`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server) { $0.bearerToken = "old" }
    _ = await caller.get()
    let port = server.port
    caller.loop.queue.sync {
      caller.connection.reconfigure(.init(baseURL: "http://127.0.0.1:\(port)", bearerToken: "new"))
    }
    _ = await caller.get()
    #expect(server.requests.map { $0.header("Authorization") } == ["Bearer old", "Bearer new"])
  }
}
