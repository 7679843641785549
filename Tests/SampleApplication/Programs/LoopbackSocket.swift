import Foundation

/// TCP ports of this machine.
package enum LoopbackSocket {
  /// A free port. It is below those that the system assigns to connecting clients: while a hub is away, a
  /// client that retries must not take its port, not even by connecting to itself.
  package static func freePort() throws -> UInt16 {
    for _ in 0..<200 {
      let port = UInt16.random(in: 15_000...31_999)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      if named(port, { bind(descriptor, $0, $1) }) == 0 { return port }
    }
    throw ProgramFailure("no free port: errno \(errno)")
  }

  private static func bindToFree(_ descriptor: Int32) throws -> UInt16 {
    var address = loopback(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard bound else { throw ProgramFailure("no free port: errno \(errno)") }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Makes a socket listen on a port that the system chooses, and returns the port.
  package static func listen(_ descriptor: Int32) throws -> UInt16 {
    let port = try bindToFree(descriptor)
    guard Glibc.listen(descriptor, 64) == 0 else { throw ProgramFailure("cannot listen: errno \(errno)") }
    return port
  }

  /// Whether somebody accepts connections on a port.
  package static func accepts(_ port: UInt16) -> Bool {
    guard let descriptor = connect(to: port) else { return false }
    close(descriptor)
    return true
  }

  /// A socket that is connected to a port; `nil` if nobody accepts connections. `buffer` is the kernel's
  /// receive buffer, in bytes.
  package static func connect(to port: UInt16, buffer: Int32? = nil) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var buffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
    }
    guard named(port, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// Writes all bytes; returns false if the other end has closed.
  package static func send(_ bytes: [UInt8], on descriptor: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private static func named(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = loopback(port)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
  }
}
