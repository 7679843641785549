import Dispatch
import Foundation
import Glibc
import Synchronization

/// A request as it arrived over the wire.
struct SeenRequest: Sendable {
  let head: String
  let body: String
  /// The number of its connection, counted from 0.
  let connection: Int

  var line: String { String(head.prefix { $0 != "\r\n" }) }

  func header(_ name: String) -> String? {
    for line in head.split(separator: "\r\n").dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if parts[0].lowercased() == name.lowercased() { return parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return nil
  }
}

/// The server's reaction to a request.
enum Deed: Sendable {
  /// Sends these bytes and keeps the connection open.
  case send(String)
  /// Sends this head, and this body unchanged.
  case sendBytes(String, [UInt8])
  /// Sends these bytes and closes.
  case sendAndClose(String)
  /// Sends an endless reply, until the client disconnects.
  case sendWithoutEnd
  /// Sends the given number of pieces of a reply that promises as many, or more, with a pause before each;
  /// then it only waits.
  case drip(pieces: Int, size: Int, every: TimeInterval, promised: Int? = nil)
  /// Sends nothing, until the client disconnects.
  case keepSilent

  static func reply(_ status: String, _ body: String = "{}", headers: String = "") -> Deed {
    .send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
  }
}

/// An HTTP server on raw loopback sockets, with a thread for each connection.
final class TestServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let seen = Mutex<[SeenRequest]>([])
  private let connections = Mutex<Int>(0)
  private let departed = DispatchSemaphore(value: 0)
  private let script: @Sendable (SeenRequest) -> Deed

  /// The pause before each read.
  private let readsEvery: TimeInterval

  init(readsEvery: TimeInterval = 0, _ script: @escaping @Sendable (SeenRequest) -> Deed) {
    self.script = script
    self.readsEvery = readsEvery
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) | listen(listener, 16) | getsockname(listener, $0, &size)
      }
    }
    precondition(bound == 0)
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        let number = connections.withLock { count in
          count += 1
          return count - 1
        }
        Thread.detachNewThread { self.serve(descriptor, number) }
      }
    }
  }

  var requests: [SeenRequest] { seen.withLock { $0 } }
  var connectionCount: Int { connections.withLock { $0 } }

  /// Waits until a client has closed its connection.
  func waitForDeparture() -> Bool { departed.wait(timeout: .now() + 5) == .success }

  /// Accepts no more connections; open ones stay open.
  func stop() {
    // Not closed: the accepting thread may be about to use the number.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve(_ descriptor: Int32, _ number: Int) {
    defer {
      close(descriptor)
      departed.signal()
    }
    var buffered: [UInt8] = []
    while let request = next(descriptor, &buffered, number) {
      seen.withLock { $0.append(request) }
      switch script(request) {
      case .send(let text): guard put(descriptor, text) else { return }
      case .sendBytes(let head, let body): guard put(descriptor, Array(head.utf8) + body) else { return }
      case .sendAndClose(let text):
        _ = put(descriptor, text)
        return
      case .sendWithoutEnd:
        let chunk = String(repeating: "x", count: 65_536)
        guard put(descriptor, "HTTP/1.1 200 OK\r\n\r\n") else { return }
        while put(descriptor, chunk) {}
        return
      case .drip(let pieces, let size, let pause, let promised):
        guard put(descriptor, "HTTP/1.1 200 OK\r\nContent-Length: \((promised ?? pieces) * size)\r\n\r\n")
        else {
          return
        }
        for _ in 0..<pieces {
          Thread.sleep(forTimeInterval: pause)
          guard put(descriptor, String(repeating: "x", count: size)) else { return }
        }
      case .keepSilent:
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) > 0 {}
        return
      }
    }
  }

  private func put(_ descriptor: Int32, _ text: String) -> Bool { put(descriptor, Array(text.utf8)) }

  private func put(_ descriptor: Int32, _ all: [UInt8]) -> Bool {
    var bytes = all[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  private func next(_ descriptor: Int32, _ buffered: inout [UInt8], _ number: Int) -> SeenRequest? {
    let mark = Array("\r\n\r\n".utf8)
    while true {
      if let end = buffered.firstRange(of: mark) {
        let head = String(decoding: buffered[..<end.lowerBound], as: UTF8.self)
        let probe = SeenRequest(head: head, body: "", connection: number)
        let length = probe.header("Content-Length").flatMap { Int($0) } ?? 0
        if buffered.count >= end.upperBound + length {
          let body = String(decoding: buffered[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
          buffered.removeFirst(end.upperBound + length)
          return SeenRequest(head: head, body: body, connection: number)
        }
      }
      if readsEvery > 0 { Thread.sleep(forTimeInterval: readsEvery) }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return nil }
      buffered += chunk[0..<count]
    }
  }
}
