import Foundation

/// The address of a Unix socket, for C calls.
package enum UnixAddress {
  /// Calls `body` with the address of `path`; throws if the path is too long for one.
  package static func with<Outcome>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Outcome
  ) throws -> Outcome {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = [UInt8](path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw ProgramFailure("the socket's path is too long: \(path)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return try withUnsafePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
