import Foundation
import SampleApplication
import Synchronization

/// Listens in systemd's place, and keeps the notifications of services. It must read them: a full socket
/// would block the service.
final class NotifyListener: Sendable {
  private let descriptor: Int32
  private let heard = Mutex<[String]>([])

  /// Listens at `path` until it is released.
  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let bound = try UnixAddress.with(path) { bind(descriptor, $0, $1) == 0 }
    guard bound else { throw POSIXError(.EADDRINUSE) }
    Thread.detachNewThread { [descriptor, weak self] in
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0, let self else { return }
        heard.withLock { $0.append(String(decoding: buffer[0..<count], as: UTF8.self)) }
      }
    }
  }

  /// All received notifications, oldest first.
  var messages: [String] { heard.withLock { $0 } }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }
}
