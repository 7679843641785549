import ControlProtocol
import EventLoop
import Glibc
import Testing

@testable import ServiceHost

@Suite struct ControlPolicyTests {
  private let policy = ControlPolicy(owner: 990, group: 985)

  private func peer(_ user: UInt32, group: UInt32 = 1000, groups: [UInt32] = []) -> PeerCredentials {
    PeerCredentials(user: user, group: group, process: 4711, groups: groups)
  }

  @Test func `only root, the owner and the group may change things`() {
    #expect(policy.allowsChange(by: peer(0)))
    #expect(policy.allowsChange(by: peer(990)))
    #expect(policy.allowsChange(by: peer(1000, group: 985)))
    #expect(policy.allowsChange(by: peer(1000, groups: [4, 24, 985])))
    #expect(!policy.allowsChange(by: peer(1000)))
    #expect(!policy.allowsChange(by: peer(985, group: 990, groups: [0, 990])))
  }

  @Test func `a peer that the kernel does not identify may change nothing`() {
    #expect(!policy.allowsChange(by: nil))
    #expect(!policy.allowsChange(by: peer(65_534, group: 65_534)))
    #expect(policy.refusal(of: "pause", to: nil).contains("does not tell"))
  }

  @Test func `if the group does not exist, root and the owner remain`() {
    let policy = ControlPolicy(owner: 990, group: nil)
    #expect(policy.allowsChange(by: peer(990)) && policy.allowsChange(by: peer(0)))
    #expect(!policy.allowsChange(by: peer(1000, group: 985, groups: [985])))
  }

  @Test func `a refusal names the user, the action and the rule`() {
    #expect(
      policy.refusal(of: "pause", to: peer(1000))
        == "pause is refused to uid 1000, who may only read: only root, the daemon's own user (uid 990) and members "
        + "of the group mediasync may change things")
  }

  @Test func `the kernel reports the groups of a process`() throws {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    let peer = try PeerCredentials(socket: ends[0])
    var held = [gid_t](repeating: 0, count: 1024)
    let count = getgroups(1024, &held)
    #expect(peer.user == geteuid() && peer.process == getpid())
    #expect(peer.groups.sorted() == held.prefix(Int(count)).sorted())
  }
}
