import EventLoop
import Glibc

/// Where a page is served.
package enum PageAddress: Hashable, Sendable, CustomStringConvertible {
  /// A Unix socket at this path.
  case unix(path: String)
  /// An IPv4 or IPv6 address in numbers, and a port.
  case ip(host: String, port: UInt16)

  /// As people write it.
  package var description: String {
    switch self {
    case .unix(let path): path
    case .ip(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}

/// Why a page cannot be served.
package struct PageServerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// For people.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// A listening socket of either kind.
struct PageSocket {
  let descriptor: Int32
  private let named: ControlSocket?

  init(_ address: PageAddress) throws(PageServerError) {
    switch address {
    case .unix(let path):
      do throws(ControlSocketError) {
        let socket = try ControlSocket(path: path)
        (descriptor, named) = (socket.descriptor, socket)
      } catch {
        throw PageServerError("\(address): \(error)")
      }
    case .ip(let host, let port):
      named = nil
      do throws(SystemError) {
        descriptor = try Self.listening(host, port)
      } catch {
        throw PageServerError("\(address): \(error)")
      }
    }
  }

  func end() {
    if let named { named.end() } else { close(descriptor) }
  }

  private static func listening(_ host: String, _ port: UInt16) throws(SystemError) -> Int32 {
    var four = sockaddr_in()
    four.sin_family = sa_family_t(AF_INET)
    four.sin_port = port.bigEndian
    if inet_pton(AF_INET, host, &four.sin_addr) == 1 { return try bound(four, AF_INET) }
    var six = sockaddr_in6()
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = port.bigEndian
    guard inet_pton(AF_INET6, host, &six.sin6_addr) == 1 else {
      throw SystemError("inet_pton", number: EINVAL)
    }
    return try bound(six, AF_INET6)
  }

  private static func bound<Address>(_ address: Address, _ family: Int32) throws(SystemError) -> Int32 {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | ControlSocket.flags, 0)
    guard descriptor >= 0 else { throw SystemError("socket") }
    // Connections of a daemon before this one may linger; they are no reason to wait.
    var isOn: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard result == 0, listen(descriptor, 16) == 0 else {
      let error = SystemError("listen")
      close(descriptor)
      throw error
    }
    return descriptor
  }
}
