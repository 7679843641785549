import CCurl
import CLinux
import Glibc

/// The sockets to the hub: how they are opened, and which way each took at that time. Used on the loop only.
final class HubSockets {
  /// How the kernel watches the hub. It probes a silent connection after eight seconds and breaks a dead one
  /// within fifteen, while the daemon sleeps. Otherwise a long poll on a dead connection would go unnoticed
  /// until its time is up.
  enum Watch {
    static let idleSeconds: Int32 = 8
    static let intervalSeconds: Int32 = 2
    static let probes: Int32 = 3
    /// Just under 14 seconds, because the kernel checks the limit when a probe is due.
    static let limitMilliseconds: Int32 = 13_500
  }

  private var ways: [Int32: clinux_way] = [:]

  /// Whether this machine would now take another way to the hub than an open connection does. If the hub
  /// cannot be reached at all, the answer is no: the old way may come back.
  var wayHasMoved: Bool {
    for (socket, before) in ways {
      var before = before
      var now = clinux_way()
      guard clinux_way_of(socket, &now) == 0 else {
        // A socket that is still connecting has no peer yet. With any other error, it is not one of the hub's
        // connections any more.
        if now.port == 0, errno != ENOTCONN { ways[socket] = nil }
        continue
      }
      // Another connection may have reused the descriptor number.
      guard clinux_way_leads_to(&now, &before) == 1 else {
        ways[socket] = nil
        continue
      }
      if clinux_way_equals(&now, &before) == 0 { return true }
    }
    return false
  }

  /// Forgets the sockets without closing them; curl closes them itself.
  func removeAll() { ways.removeAll() }

  /// Opens a socket for an address that curl has chosen. Returns -1 on failure.
  func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
    let socket = socket(
      address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
      address.pointee.protocol)
    guard socket >= 0 else { return -1 }
    // If the kernel lacks one of these options, the request's own timeout still ends it.
    _ = clinux_watch_peer(
      socket, Watch.idleSeconds, Watch.intervalSeconds, Watch.probes, Watch.limitMilliseconds)
    var way = clinux_way()
    let size = address.pointee.addrlen
    let isKnown = withUnsafePointer(to: &address.pointee.addr) { clinux_way_to($0, size, &way) == 0 }
    ways[socket] = isKnown ? way : nil
    return socket
  }

  static let opened: ccurl_open_callback = { context, _, address in
    guard let context, let address else { return -1 }
    // Safe: the connection keeps the sockets as long as curl may call this.
    return Unmanaged<HubSockets>.fromOpaque(context).takeUnretainedValue().open(address)
  }
}
