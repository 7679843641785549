import CCurl
import CLinux
import Glibc

/// The sockets that lead to the hub: how each is opened, and by which way it went then. Touched on the loop only.
final class HubSockets {
  /// How the kernel watches the hub at the other end. A silent connection is probed after eight seconds, a dead one is
  /// broken within fifteen, and the daemon sleeps through it: at rest nothing else would tell that a long poll leads
  /// nowhere until its time is up.
  enum Watch {
    static let idleSeconds: Int32 = 8
    static let intervalSeconds: Int32 = 2
    static let probes: Int32 = 3
    /// Just under the fourteenth second: the kernel compares it where a probe is due.
    static let limitMilliseconds: Int32 = 13_500
  }

  private var ways: [Int32: clinux_way] = [:]

  /// Whether this machine would now go another way to the hub than an open connection goes. A hub that cannot be
  /// reached at all at the moment tells nothing: the old way may come back.
  var wayHasMoved: Bool {
    for (socket, before) in ways {
      var before = before
      var now = clinux_way()
      guard clinux_way_of(socket, &now) == 0 else {
        // A connection that is still being made has no peer yet; anything else is no connection of ours any more.
        if now.port == 0, errno != ENOTCONN { ways[socket] = nil }
        continue
      }
      // The number may have gone to another connection since.
      guard clinux_way_leads_to(&now, &before) == 1 else {
        ways[socket] = nil
        continue
      }
      if clinux_way_equals(&now, &before) == 0 { return true }
    }
    return false
  }

  /// Forgets the sockets; whoever closes them does it by himself.
  func removeAll() { ways.removeAll() }

  /// Opens a socket for an address that curl has chosen; -1 where it cannot.
  func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
    let socket = socket(
      address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
      address.pointee.protocol)
    guard socket >= 0 else { return -1 }
    // Where the kernel lacks one of these the request's own time still ends it.
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
    // Holds: the connection keeps the sockets for as long as curl may call this.
    return Unmanaged<HubSockets>.fromOpaque(context).takeUnretainedValue().open(address)
  }
}
