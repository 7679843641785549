import Glibc

/// Who may do what on the control socket. Whoever can reach it reads: the socket's own mode is the rule for that. Root,
/// the daemon's own user and the members of one group change things.
package struct ControlPolicy: Hashable, Sendable {
  /// The group whose members may change things.
  package static let groupName = "mediasync"

  /// The daemon's own user.
  package let owner: UInt32
  /// The number of the group; `nil` where this machine has none of that name.
  package let group: UInt32?

  /// Takes both.
  package init(owner: UInt32, group: UInt32?) {
    self.owner = owner
    self.group = group
  }

  /// The policy of this process. Looks the group up, which may take its time: not for the loop to do at work.
  package static func ofThisProcess() -> ControlPolicy {
    ControlPolicy(owner: geteuid(), group: number(ofGroup: groupName))
  }

  /// Whether a peer may change things. One that the kernel does not tell us may not.
  package func allowsChange(by peer: PeerCredentials?) -> Bool {
    guard let peer else { return false }
    if peer.user == 0 || peer.user == owner { return true }
    guard let group else { return false }
    return peer.group == group || peer.groups.contains(group)
  }

  /// Why a peer is refused, and what would help: names the rule.
  package func refusal(of act: String, to peer: PeerCredentials?) -> String {
    let who = peer.map { "uid \($0.user)" } ?? "a process that the kernel does not tell us"
    let rule =
      "only root, the daemon's own user (uid \(owner)) and members of the group \(Self.groupName) may change things"
    return "\(act) is refused to \(who), who may only read: \(rule)"
  }

  private static func number(ofGroup name: String) -> UInt32? {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var space = [CChar](repeating: 0, count: 64 << 10)
    guard getgrnam_r(name, &entry, &space, space.count, &found) == 0, found != nil else { return nil }
    return entry.gr_gid
  }
}
