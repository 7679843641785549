import Foundation

/// One end of a connection through the proxy: blocking reads and writes; releasing the object closes it.
final class ProxySocket {
  private let descriptor: Int32

  /// Takes ownership of a connected socket.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Connects to a port of this machine; `nil` if nobody listens.
  init?(connectedTo port: UInt16) {
    guard let connected = LoopbackSocket.connect(to: port) else { return nil }
    descriptor = connected
  }

  deinit { close(descriptor) }

  /// Reads some bytes; empty if the other end has closed, or nothing came within a minute.
  func read() -> Data {
    guard Self.wait([descriptor], seconds: 60).first == true else { return Data() }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Data(buffer[..<count]) : Data()
  }

  /// Writes all bytes; returns false if the other end is gone.
  @discardableResult
  func write(_ data: Data) -> Bool {
    var bytes = [UInt8](data)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  /// Writes it in pieces over the given number of milliseconds.
  func trickle(_ data: Data, milliseconds: Int) -> Bool {
    let pieces = max(1, min(20, data.count))
    let size = (data.count + pieces - 1) / pieces
    for start in stride(from: 0, to: data.count, by: max(size, 1)) {
      guard write(data.dropFirst(start).prefix(size)) else { return false }
      usleep(UInt32(milliseconds * 1000 / pieces))
    }
    return true
  }

  /// Waits until the other end has closed, up to a time limit. Does not read what it still sends.
  func waitForHangUp(seconds: Double) {
    _ = poll(seconds, step: 0.02) { hasHungUp }
  }

  /// Whether the other end has closed.
  var hasHungUp: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
  }

  /// Waits until either has bytes, or an end; returns which.
  static func await(_ one: ProxySocket, or two: ProxySocket) -> (one: Bool, two: Bool) {
    let ready = wait([one.descriptor, two.descriptor], seconds: 60)
    return (ready[0], ready[1])
  }

  private static func wait(_ descriptors: [Int32], seconds: Double) -> [Bool] {
    var waits = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = Glibc.poll(&waits, nfds_t(waits.count), Int32(seconds * 1000))
    return waits.map { $0.revents != 0 }
  }
}
