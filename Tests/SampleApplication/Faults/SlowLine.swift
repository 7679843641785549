import Dispatch
import Foundation

/// A line to a hub with a limited number of bytes a second in each direction, shared by all connections. It
/// does not change the bytes.
package final class SlowLine: Sendable {
  /// The port for daemons.
  package let port: UInt16
  /// The base URL for daemons.
  package var url: String { "http://127.0.0.1:\(port)/sync" }

  private let descriptor: Int32
  private let hub: UInt16
  private let bytesPerSecond: Int
  /// One piece at a time goes in each direction, in the order of arrival, across all connections.
  private let up = DispatchQueue(label: "up")
  private let down = DispatchQueue(label: "down")

  /// Starts to listen, and forwards to the hub's port.
  package init(hub: UInt16, bytesPerSecond: Int) throws {
    self.hub = hub
    self.bytesPerSecond = bytesPerSecond
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // Bytes that wait in the line's own buffer have not been transferred.
    var size: Int32 = 32_768
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    port = try LoopbackSocket.listen(descriptor)
    let descriptor = descriptor
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        guard let self, let hub = LoopbackSocket.connect(to: self.hub) else {
          _ = close(connection)
          continue
        }
        self.join(connection, hub)
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func join(_ client: Int32, _ hub: Int32) {
    let ends = Ends(client, hub)
    Thread.detachNewThread { self.carry(from: client, to: hub, self.up, ends) }
    Thread.detachNewThread { self.carry(from: hub, to: client, self.down, ends) }
  }

  private func carry(from source: Int32, to target: Int32, _ way: DispatchQueue, _ ends: Ends) {
    var buffer = [UInt8](repeating: 0, count: max(bytesPerSecond / 50, 256))
    while true {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      way.sync { _ = usleep(UInt32(count * 1_000_000 / bytesPerSecond)) }
      var sent = 0
      while sent < count {
        let written = buffer[sent..<count].withUnsafeBytes {
          send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard written > 0 else { break }
        sent += written
      }
      guard sent == count else { break }
    }
    ends.hangUp()
  }

  /// Both sockets of a connection; closed when both directions have ended.
  private final class Ends: Sendable {
    private let sockets: (Int32, Int32)
    init(_ one: Int32, _ other: Int32) { sockets = (one, other) }
    func hangUp() {
      shutdown(sockets.0, Int32(SHUT_RDWR))
      shutdown(sockets.1, Int32(SHUT_RDWR))
    }
    deinit {
      close(sockets.0)
      close(sockets.1)
    }
  }
}
