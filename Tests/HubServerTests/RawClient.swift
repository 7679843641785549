import Foundation

/// A connection on which anything can be said, as slowly as one likes.
final class RawClient: Sendable {
  private let descriptor: Int32

  /// Connects to a port of this machine. `buffer` is how much of a reply the kernel keeps for us, in bytes.
  init(_ port: Int, buffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var buffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard connected else { throw URLError(.cannotConnectToHost) }
  }

  deinit { close(descriptor) }

  /// Says something; false where the other end no longer takes it.
  @discardableResult
  func say(_ text: String) -> Bool { say(Array(text.utf8)) }

  /// Says something; false where the other end no longer takes it.
  @discardableResult
  func say(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// What has come by now, without waiting, and whether the other end has closed the connection.
  func heard() -> (text: String, isClosed: Bool) {
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

  /// Whether the other end has closed the connection, whatever it has said before.
  var isClosed: Bool { heard().isClosed }

  /// Waits for the first line of a reply, at most ten seconds.
  func status() async throws -> String {
    var text = ""
    try await poll {
      let heard = self.heard()
      text += heard.text
      return text.contains("\r\n") || heard.isClosed
    }
    return String(text.prefix { $0 != "\r\n" })
  }
}
