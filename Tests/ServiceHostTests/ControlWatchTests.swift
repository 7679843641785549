import ControlProtocol
import EventLoop
import Foundation
import Testing

@testable import ServiceHost

/// Events on the control socket.
@Suite struct ControlWatchTests {
  private let loop = LoopExecutor()
  private let scratch = Scratch()
  private var path: String { scratch.path + "/control.sock" }

  private func serve() throws -> ControlServer {
    try loop.queue.sync {
      try ControlServer(
        loop: loop, path: path,
        handler: { request, _, reply in
          reply(request == .watch ? .ok(ControlPayload()) : .version("1.0"))
        })
    }
  }

  private func event(_ name: ControlEvent.Name, reason: String? = nil) -> ControlEvent {
    var event = ControlEvent(name, at: "2026-11-25T07:12:25.000Z")
    event.reason = reason
    return event
  }

  private func watcher() throws -> RawClient {
    let client = try #require(RawClient(path))
    client.send(#"{"verb":"watch"}"# + "\n")
    #expect(client.line() == #"{"ok":true}"#)
    return client
  }

  @Test func `all watchers get the event, and nobody else`() throws {
    let server = try serve()
    #expect(loop.queue.sync { !server.hasWatchers })
    let (one, two) = (try watcher(), try watcher())
    let other = try #require(RawClient(path))
    loop.queue.sync { server.send(event(.resumed)) }
    for client in [one, two] {
      #expect(client.line() == #"{"at":"2026-11-25T07:12:25.000Z","event":"resumed"}"#)
    }
    other.send(#"{"verb":"version"}"# + "\n")
    #expect(other.line() == #"{"ok":true,"version":"1.0"}"#)
    loop.queue.sync { server.cancel() }
  }

  @Test func `a slow watcher misses events, and gets their number and then the current state`() throws {
    let server = try serve()
    let slow = try watcher()
    let quick = try watcher()
    var status = event(.status)
    status.status = Status(state: .inSync, database: "/library", version: "1.0")
    let count = 400
    let long = String(repeating: "x", count: 4000)
    loop.queue.sync { server.send(status) }
    #expect(quick.line() != nil)
    for _ in 0..<count {
      loop.queue.sync { server.send(event(.waiting, reason: long)) }
      // The fast one continues to read and misses nothing.
      #expect(quick.line()?.contains(#""event":"waiting""#) == true)
    }
    var told = 0
    var lost: Int?
    _ = slow.line()
    while let line = slow.line() {
      let event = try Frame.decode(ControlEvent.self, from: Array(line.utf8))
      if event.event == .lost {
        lost = event.count
        break
      }
      told += 1
    }
    #expect(told > 0 && told < count)
    #expect(lost.map { $0 + told } == count)
    #expect(slow.line()?.contains(#""event":"status""#) == true)
    loop.queue.sync { server.send(event(.resumed)) }
    #expect(slow.line()?.contains("resumed") == true)
    loop.queue.sync { server.cancel() }
  }

  @Test func `a watcher that has disconnected is forgotten`() throws {
    let server = try serve()
    let client = try watcher()
    client.close()
    let end = ContinuousClock.now + .seconds(5)
    while loop.queue.sync(execute: { server.hasWatchers }), ContinuousClock.now < end { usleep(1000) }
    #expect(loop.queue.sync { !server.hasWatchers })
    loop.queue.sync { server.cancel() }
  }
}
