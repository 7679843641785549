import Foundation
import Synchronization

/// Stands where systemd listens, and keeps what services say. Somebody has to read: a full socket would hold up the
/// service that writes to it.
final class NotifyListener: Sendable {
  private let descriptor: Int32
  private let heard = Mutex<[String]>([])

  /// Listens at `path` until it is let go.
  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw POSIXError(.ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw POSIXError(.EADDRINUSE) }
    Thread.detachNewThread { [descriptor, weak self] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0, let self else { return }
        heard.withLock { $0.append(String(decoding: buffer[0..<count], as: UTF8.self)) }
      }
    }
  }

  /// Everything that was said, oldest first.
  var messages: [String] { heard.withLock { $0 } }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }
}
