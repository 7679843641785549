import ControlProtocol
import EventLoop
import Foundation
import Glibc
import Testing

@testable import ServiceHost

@Suite struct ControlServerTests {
  private let loop = LoopExecutor()
  private let scratch = Scratch()
  private var path: String { scratch.path + "/control.sock" }

  private func serve(
    hungUp: Signpost<UInt64>? = nil, turnLimit: Duration = ControlServer.turnLimit,
    _ handler: @escaping ControlServer.Handler
  ) throws -> ControlServer {
    try loop.queue.sync {
      try ControlServer(loop: loop, path: path, turnLimit: turnLimit, handler: handler) {
        hungUp?.pass($0.connection)
      }
    }
  }

  private func stop(_ server: ControlServer) { loop.queue.sync { server.cancel() } }

  private static let version: ControlServer.Handler = { _, _, reply in reply(.version("1.0")) }
  private let versionLine = #"{"ok":true,"version":"1.0"}"#

  @Test func `a request is answered, and the peer is known`() throws {
    let peers = Signpost<PeerCredentials?>()
    let server = try serve { _, peer, reply in
      peers.pass(peer.credentials)
      reply(.version("1.0"))
    }
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"version"}"# + "\n")
    #expect(client.line() == versionLine)
    let peer = try #require(peers.next() ?? nil)
    #expect(peer.process == getpid() && peer.user == getuid() && peer.group == getgid())
    var info = stat()
    #expect(lstat(path, &info) == 0 && info.st_mode & 0o777 == 0o660)
    stop(server)
    #expect(lstat(path, &info) != 0)
  }

  @Test func `requests in one write are answered in order, however the bytes are cut`() throws {
    let server = try serve { request, _, reply in
      if case .pause(let seconds) = request { reply(.version("\(seconds ?? 0)")) }
    }
    let client = try #require(RawClient(path))
    let text = (1...300).map { #"{"verb":"pause","for_seconds":\#($0)}"# + "\n" }.joined()
    client.send(String(text.prefix(7)))
    client.send(String(text.dropFirst(7)))
    for number in 1...300 { #expect(client.line() == #"{"ok":true,"version":"\#(number)"}"#) }
    stop(server)
  }

  @Test func `a bad line is answered, and so is the next line`() throws {
    let server = try serve(Self.version)
    let client = try #require(RawClient(path))
    client.send("hello\n" + #"{"verb":"version"}"# + "\n")
    #expect(client.line()?.contains(#""code":"bad_request""#) == true)
    #expect(client.line() == versionLine)
    stop(server)
  }

  @Test func `a line that is too long is refused and the client disconnected`() throws {
    let server = try serve(Self.version)
    let client = try #require(RawClient(path))
    client.sendBytes([UInt8](repeating: 0x61, count: Frame.maxBytes))
    #expect(client.line()?.contains(#""code":"too_long""#) == true)
    #expect(client.line() == nil)
    stop(server)
  }

  @Test func `an answer may come later, also to a client that has finished sending`() throws {
    let replies = Signpost<@Sendable (ControlReply) -> Void>()
    let server = try serve { _, _, reply in replies.pass(reply) }
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"wait"}"# + "\n")
    client.finishSending()
    let reply = try #require(replies.next())
    loop.queue.sync {
      reply(.version("1.0"))
      reply(.version("twice"))
    }
    #expect(client.line() == versionLine)
    #expect(client.line() == nil)
    stop(server)
  }

  @Test func `a client that disconnects cancels its wait`() throws {
    let replies = Signpost<@Sendable (ControlReply) -> Void>()
    let hungUp = Signpost<UInt64>()
    let server = try serve(hungUp: hungUp) { _, _, reply in replies.pass(reply) }
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"wait"}"# + "\n")
    let reply = try #require(replies.next())
    client.close()
    #expect(hungUp.next() != nil)
    loop.queue.sync { reply(.version("nobody hears this")) }
    let other = try #require(RawClient(path))
    other.send(#"{"verb":"wait"}"# + "\n")
    let second = try #require(replies.next())
    loop.queue.sync { second(.version("1.0")) }
    #expect(other.line() == versionLine)
    stop(server)
  }

  @Test func `a request sent before the disconnect is still executed`() throws {
    let asked = Signpost<ControlRequest>()
    let server = try serve { request, _, reply in
      asked.pass(request)
      reply(.version("1.0"))
    }
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"resume"}"# + "\n")
    client.close()
    #expect(asked.next() == .resume)
    stop(server)
  }

  @Test func `silent clients keep nobody out`() throws {
    let server = try serve(Self.version)
    let silent = (0..<ControlServer.maxClients + 20).compactMap { _ in RawClient(path) }
    #expect(silent.count == ControlServer.maxClients + 20)
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"version"}"# + "\n")
    #expect(client.line() == versionLine)
    #expect(silent[0].line() == nil)
    stop(server)
  }

  @Test func `if all clients wait for answers, the next one is refused with a reason`() throws {
    let started = Signpost<Bool>()
    let server = try serve { _, _, _ in started.pass(true) }
    let waiting = (0..<ControlServer.maxClients).compactMap { _ in RawClient(path) }
    for client in waiting { client.send(#"{"verb":"wait"}"# + "\n") }
    for _ in waiting { #expect(started.next() == true) }
    #expect(try #require(RawClient(path)).line()?.contains(#""code":"busy""#) == true)
    stop(server)
  }

  @Test func `a client that does not read delays nobody`() throws {
    let long = String(repeating: "x", count: 60_000)
    let server = try serve { request, _, reply in reply(.version(request == .status ? long : "1.0")) }
    let slow = try #require(RawClient(path))
    for _ in 0..<100 { slow.send(#"{"verb":"status"}"# + "\n") }
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"version"}"# + "\n")
    #expect(client.line() == versionLine)
    for _ in 0..<100 { #expect(slow.line()?.utf8.count == long.utf8.count + 24) }
    stop(server)
  }

  @Test func `a second daemon is refused, and a dead daemon's socket is replaced`() throws {
    let server = try serve(Self.version)
    #expect(throws: ControlSocketError.taken(path: path)) { try serve(Self.version) }
    #expect(RawClient(path) != nil)
    // Another's socket is not removed, even under the same path.
    unlink(path)
    let usurper = try ControlSocket(path: path)
    stop(server)
    #expect(RawClient(path) != nil)
    usurper.end()
    #expect(access(path, F_OK) != 0)
    // A socket of a dead process: bound, and closed without being removed.
    let dead = try ControlSocket(path: path)
    close(dead.descriptor)
    #expect(RawClient(path) == nil)
    let next = try serve(Self.version)
    #expect(RawClient(path) != nil)
    stop(next)
    #expect(access(path, F_OK) != 0)
  }

  @Test func `a file that is not a socket is left alone`() throws {
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: ControlSocketError.notASocket(path: path)) { try serve(Self.version) }
    #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
    let long = scratch.path + "/" + String(repeating: "x", count: 108)
    #expect(throws: ControlSocketError.badPath(path: long)) {
      try loop.queue.sync { try ControlServer(loop: loop, path: long, handler: Self.version) }
    }
  }

  @Test func `a missing directory is created`() throws {
    let nested = scratch.path + "/mediasync/control.sock"
    let server = try loop.queue.sync { try ControlServer(loop: loop, path: nested, handler: Self.version) }
    #expect(RawClient(nested) != nil)
    stop(server)
  }
}
