import Foundation
import SampleApplication

/// A connection that can send any bytes, at any speed.
final class RawClient: Sendable {
  private let descriptor: Int32

  /// Connects to a port of this machine. `buffer` is the kernel's receive buffer, in bytes.
  init(_ port: Int, buffer: Int32? = nil) throws {
    guard let connected = LoopbackSocket.connect(to: UInt16(port), buffer: buffer) else {
      throw URLError(.cannotConnectToHost)
    }
    descriptor = connected
  }

  deinit { close(descriptor) }

  /// Sends text; returns false if the other end has closed.
  @discardableResult
  func say(_ text: String) -> Bool { say(Array(text.utf8)) }

  /// Sends bytes; returns false if the other end has closed.
  @discardableResult
  func say(_ bytes: [UInt8]) -> Bool { LoopbackSocket.send(bytes, on: descriptor) }

  /// The text received so far, without waiting, and whether the other end has closed the connection.
  func received() -> (text: String, isClosed: Bool) {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count > 0 else {
        let isOver = count == 0 || errno != EAGAIN
        return (String(decoding: all, as: UTF8.self), isOver)
      }
      all += buffer[..<count]
    }
  }

  /// Whether the other end has closed the connection, whatever it sent before.
  var isClosed: Bool { received().isClosed }

  /// Waits for the first line of a reply, at most ten seconds.
  func status() async throws -> String {
    var text = ""
    try await poll {
      let received = self.received()
      text += received.text
      return text.contains("\r\n") || received.isClosed
    }
    return String(text.prefix { $0 != "\r\n" })
  }
}
