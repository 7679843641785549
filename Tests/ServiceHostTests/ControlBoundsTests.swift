import ControlProtocol
import EventLoop
import Foundation
import Glibc
import Testing

@testable import ServiceHost

/// How much clients can make the control server hold and wait for (docs/control-protocol.md, *Bounds*).
@Suite struct ControlBoundsTests {
  private let loop = LoopExecutor()
  private let scratch = Scratch()
  private var path: String { scratch.path + "/control.sock" }

  private func serve(
    turnLimit: Duration = ControlServer.turnLimit, _ handler: @escaping ControlServer.Handler = version
  ) throws -> ControlServer {
    try loop.queue.sync {
      try ControlServer(loop: loop, path: path, turnLimit: turnLimit, handler: handler)
    }
  }

  private func stop(_ server: ControlServer) { loop.queue.sync { server.cancel() } }

  private static let version: ControlServer.Handler = { _, _, reply in reply(.version("1.0")) }
  private let versionLine = #"{"ok":true,"version":"1.0"}"#

  @Test func `the daemon answers a hello with its identity`() throws {
    let server = try serve()
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"hello","protocol":{"min":1,"max":9},"build":"9.0"}"# + "\n")
    #expect(
      client.line() == #"{"hello":{"build":"\#(Build.version)","protocol":{"max":1,"min":1}},"ok":true}"#)
    client.send(#"{"verb":"version"}"# + "\n")
    #expect(client.line() == versionLine)
    stop(server)
  }

  @Test(arguments: [
    (#"{"min":2,"max":3}"#, "restart the daemon"), (#"{"min":0,"max":0}"#, "upgrade mediasyncctl"),
  ])
  func `a client of another version gets a remedy and is disconnected`(range: String, remedy: String) throws {
    let asked = Signpost<ControlRequest>()
    let server = try serve { request, _, reply in
      asked.pass(request)
      reply(.version("1.0"))
    }
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"hello","protocol":\#(range),"build":"9.0"}"# + "\n" + #"{"verb":"resume"}"# + "\n")
    let line = try #require(client.line())
    #expect(line.contains(#""code":"version_mismatch""#) && line.contains(remedy), "\(line)")
    #expect(client.line() == nil)
    #expect(asked.next(within: 0.05) == nil, "what came behind it was carried out")
    stop(server)
  }

  @Test func `a newer client's verb is named`() throws {
    let server = try serve()
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"da\u001b[31mnce"}"# + "\n")
    let line = try #require(client.line())
    #expect(line.contains(#""code":"unknown_verb""#) && line.contains("da") && !line.contains("\u{1B}"))
    stop(server)
  }

  @Test func `a client that sends garbage is disconnected after a few lines`() throws {
    let server = try serve()
    let client = try #require(RawClient(path))
    client.send(String(repeating: "\n", count: 16_000))
    var answers = 0
    while client.line() != nil { answers += 1 }
    #expect(answers == ControlClient.badLinesMax)
    stop(server)
  }

  @Test func `a client that sends too little is disconnected when its time is over`() throws {
    let server = try serve(turnLimit: .milliseconds(200))
    let silent = try #require(RawClient(path))
    let slow = try #require(RawClient(path))
    slow.send(#"{"verb":"#)
    #expect(silent.line() == nil)
    #expect(slow.line() == nil)
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"version"}"# + "\n")
    #expect(client.line() == versionLine)
    stop(server)
  }

  @Test func `a client that waits for an answer is not disconnected`() throws {
    let replies = Signpost<@Sendable (ControlReply) -> Void>()
    let server = try serve(turnLimit: .milliseconds(100)) { _, _, reply in replies.pass(reply) }
    let waiting = try #require(RawClient(path))
    waiting.send(#"{"verb":"wait"}"# + "\n")
    let reply = try #require(replies.next())
    // Two that come later and are disconnected show that turns have ended in the meantime.
    for _ in 0..<2 { #expect(try #require(RawClient(path)).line() == nil) }
    loop.queue.sync { reply(.version("1.0")) }
    #expect(waiting.line() == versionLine)
    stop(server)
  }

  @Test func `two hundred bad clients cost almost nothing and delay nobody`() throws {
    let server = try serve()
    let clients = (0..<ControlServer.maxClients).compactMap { _ in RawClient(path) }
    let request = Array(#"{"verb":"version"}"#.utf8)
    let began = clock()
    for turn in 0..<10 {
      for (number, client) in clients.enumerated() {
        switch number % 3 {
        case 0: break
        case 1: client.sendBytes([request[turn]])
        default: client.send("garbage \(turn)\n")
        }
      }
      let honest = try #require(RawClient(path))
      honest.send(#"{"verb":"version"}"# + "\n")
      #expect(honest.line() == versionLine)
      honest.close()
    }
    let seconds = Double(clock() - began) / Double(CLOCKS_PER_SEC)
    #expect(seconds < 3, "\(seconds) s of processor time")
    stop(server)
  }
}
