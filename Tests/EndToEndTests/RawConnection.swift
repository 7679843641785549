import Foundation
import SampleApplication

/// A connection that can send any bytes, whether they are HTTP or not.
final class RawConnection {
  private let descriptor: Int32

  /// Connects to a port of this machine.
  init(_ port: UInt16) throws {
    guard let connected = LoopbackSocket.connect(to: port) else {
      throw ProgramFailure("nobody listens on \(port): errno \(errno)")
    }
    descriptor = connected
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  deinit { close(descriptor) }

  /// Writes all bytes; returns false if the other end has closed.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool { LoopbackSocket.send(bytes, on: descriptor) }

  /// Writes text.
  @discardableResult
  func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  /// Closes the sending side.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads until the other end closes, is silent, or has sent `most` bytes.
  func read(milliseconds: Int = 3000, most: Int = 1 << 20) -> String {
    var patience = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while all.count < most {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      all += buffer[..<count]
    }
    return String(decoding: all, as: UTF8.self)
  }
}
