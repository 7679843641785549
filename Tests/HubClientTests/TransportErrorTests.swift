import EventLoop
import Foundation
import SyncCore
import Testing

@testable import HubClient

@Suite struct TransportErrorTests {
  @Test func `a port without a listener is unreachable`() async throws {
    let server = TestServer { _ in .keepSilent }
    let caller = try Caller(server)
    server.stop()
    #expect(await caller.get().error == .unreachable(detail: "connection refused"))
  }

  @Test func `a name without an address is named`() async throws {
    let caller = try Caller(.init(baseURL: "http://nobody.invalid:81/sync"))
    #expect(await caller.get().error == .hostUnknown(host: "nobody.invalid"))
  }

  @Test func `a reply says what answered`() async throws {
    let server = TestServer { _ in .reply("404 Not Found", headers: "Server: mediasync-hub\r\n") }
    let response = await (try Caller(server)).get().response
    #expect(response?.server == "mediasync-hub" && response?.hadCredentials == false)
  }

  @Test func `a reply that does not come in time is a timeout`() async throws {
    let server = TestServer { _ in .keepSilent }
    let caller = try Caller(server) { $0.requestTimeout = .milliseconds(100) }
    #expect(await caller.get().error == .timedOut(after: .milliseconds(100)))
    #expect(server.waitForDeparture())
  }

  @Test func `a long poll may take its wait time on top of the timeout`() async throws {
    let server = TestServer { _ in
      Thread.sleep(forTimeInterval: 0.3)
      return .reply("200 OK")
    }
    let caller = try Caller(server) { $0.requestTimeout = .milliseconds(150) }
    #expect(await caller.get(wait: .seconds(2)).response?.status == 200)
    #expect(await caller.get().error == .timedOut(after: .milliseconds(150)))
  }

  @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"changes\":", "HTTP/1.1 200 O"])
  func `a reply that is cut off is not accepted`(text: String) async throws {
    let server = TestServer { _ in .sendAndClose(text) }
    let error = await (try Caller(server)).get().error
    guard case .interrupted = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `an endless reply is aborted at the limit`() async throws {
    let server = TestServer { _ in .sendWithoutEnd }
    let caller = try Caller(server) { $0.maxReplyBytes = 1 << 20 }
    #expect(await caller.get().error == .tooLarge(limitBytes: 1 << 20))
    #expect(server.waitForDeparture())
  }

  @Test func `a reply that announces too much is not read`() async throws {
    let server = TestServer { _ in .reply("200 OK", String(repeating: "x", count: 1001)) }
    let caller = try Caller(server) { $0.maxReplyBytes = 1000 }
    #expect(await caller.get().error == .tooLarge(limitBytes: 1000))
  }

  @Test(arguments: [
    "", "ftp://h/sync", "file:///etc/passwd", "hub:5000/sync", "http://", "http://h/?q", "http://a b/",
  ])
  func `a URL that is not HTTP cannot be used`(url: String) async throws {
    let error = await (try Caller(.init(baseURL: url))).get().error
    guard case .unusable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a token with a line break is never sent, nor shown in the error`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server) { $0.bearerToken = "s3cret\r\nX-Evil: 1" }
    guard case .unusable(let detail) = await caller.get().error else {
      Issue.record("it was sent")
      return
    }
    #expect(!detail.contains("s3cret"))
    #expect(server.requests.isEmpty)
  }

  @Test func `an unreadable certificate file is named, and no secret is`() async throws {
    let caller = try Caller(
      .init(
        baseURL: "https://me:s3cret@127.0.0.1:1/sync", bearerToken: "s3cret", caFile: "/nowhere/s3cret.pem"))
    let server = TestServer { _ in .sendAndClose("no TLS here") }
    caller.loop.queue.sync {
      caller.connection.reconfigure(
        .init(
          baseURL: "https://127.0.0.1:\(server.port)/sync", bearerToken: "s3cret",
          caFile: "/nowhere/s3cret.pem"))
    }
    guard case .unusable(let detail) = await caller.get().error else {
      Issue.record("it was used")
      return
    }
    #expect(detail.contains("/nowhere/***.pem"))
  }

  @Test func `plain HTTP on a TLS port is an interruption`() async throws {
    let server = TestServer { _ in .sendAndClose("HTTP/1.1 400 Bad\r\n\r\n") }
    let port = server.port
    let caller = try Caller(
      .init(baseURL: "https://127.0.0.1:\(port)/sync", requestTimeout: .milliseconds(300)))
    #expect(await caller.get().error != nil)
  }
}
