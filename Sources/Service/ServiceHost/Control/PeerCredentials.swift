import CLinux
import EventLoop

/// The process at the other end of a Unix socket, as the kernel knew it when it connected.
package struct PeerCredentials: Hashable, Sendable {
  /// The user.
  package let user: UInt32
  /// The group.
  package let group: UInt32
  /// The process.
  package let process: Int32
  /// The supplementary groups that the process holds: not what a list of users says today, which would also have to
  /// be asked for over who knows what network.
  package let groups: [UInt32]

  /// Takes every part.
  package init(user: UInt32, group: UInt32, process: Int32, groups: [UInt32]) {
    self.user = user
    self.group = group
    self.process = process
    self.groups = groups
  }

  /// Asks the kernel about a connected socket.
  package init(socket: Int32) throws(SystemError) {
    var peer = clinux_peer()
    guard clinux_peer_credentials(socket, &peer) == 0 else { throw SystemError("SO_PEERCRED") }
    self.init(
      user: peer.uid, group: peer.gid, process: peer.pid, groups: Self.supplementaryGroups(socket))
  }

  /// None where the kernel does not tell (before Linux 4.13): then the group of the process alone counts.
  private static func supplementaryGroups(_ socket: Int32) -> [UInt32] {
    var groups = [UInt32](repeating: 0, count: 32)
    var count = Int(clinux_peer_groups(socket, &groups, 32))
    if count > groups.count {
      groups = [UInt32](repeating: 0, count: count)
      count = min(Int(clinux_peer_groups(socket, &groups, Int32(count))), groups.count)
    }
    return Array(groups.prefix(max(count, 0)))
  }
}
