import CLinux
import EventLoop

/// The process at the other end of a Unix socket, as the kernel knows it.
package struct PeerCredentials: Hashable, Sendable {
  /// The user.
  package let user: UInt32
  /// The group.
  package let group: UInt32
  /// The process.
  package let process: Int32

  /// Asks the kernel about a connected socket.
  package init(socket: Int32) throws(SystemError) {
    var peer = clinux_peer()
    guard clinux_peer_credentials(socket, &peer) == 0 else { throw SystemError("SO_PEERCRED") }
    user = peer.uid
    group = peer.gid
    process = peer.pid
  }
}
