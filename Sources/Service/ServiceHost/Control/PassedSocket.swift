import CSystemd
import Glibc

/// The listening control socket that systemd has opened for us (`mediasyncd.socket`).
package struct PassedSocket {
  /// The descriptor; it stays systemd's, who goes on listening when we close ours.
  let descriptor: Int32
  /// Where it listens, for people.
  package let path: String

  /// Takes the first Unix stream socket that was passed to this process; `nil` where there is none. Call it before
  /// anything else closes descriptors that it did not open.
  package static func claim() -> PassedSocket? {
    let count = sd_listen_fds(0)
    guard count > 0 else { return nil }
    // SD_LISTEN_FDS_START: where the passed descriptors begin.
    for descriptor in Int32(3)..<(3 + count) {
      guard sd_is_socket_unix(descriptor, Int32(SOCK_STREAM.rawValue), 1, nil, 0) > 0 else { continue }
      let flags = fcntl(descriptor, F_GETFL)
      guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else { continue }
      return PassedSocket(descriptor: descriptor, path: name(descriptor))
    }
    return nil
  }

  private static func name(_ descriptor: Int32) -> String {
    var address = sockaddr_un()
    var size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let told = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard told == 0 else { return "" }
    return withUnsafeBytes(of: &address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
