import Testing

@testable import ControlProtocol

/// Which control sockets root trusts.
struct SocketOwnersTests {
  private func folder(_ path: String, _ owner: UInt32, open: Bool = false, sticky: Bool = false)
    -> SocketOwners.Folder
  {
    .init(path: path, owner: owner, isOpenToAll: open, isSticky: sticky)
  }

  @Test func `a client talks to a daemon's own socket in its own folder`() {
    let system = SocketOwners(
      listener: 990, file: 990,
      folders: [folder("/run/mediasync", 990), folder("/run", 0), folder("/", 0)])
    #expect(system.refusal == nil)
    let activated = SocketOwners(
      listener: 0, file: 0, folders: [folder("/run/mediasync", 990), folder("/run", 0), folder("/", 0)])
    #expect(activated.refusal == nil)
    let inTemporary = SocketOwners(
      listener: 1000, file: 1000,
      folders: [folder("/tmp/a", 1000), folder("/tmp", 0, open: true, sticky: true), folder("/", 0)])
    #expect(inTemporary.refusal == nil)
  }

  @Test func `a client does not talk to a socket that somebody put into another user's folder`() {
    let taken = SocketOwners(
      listener: 1000, file: 1000, folders: [folder("/run/mediasync", 990), folder("/run", 0)])
    #expect(taken.refusal?.contains("1000 and 990") == true)
    let file = SocketOwners(listener: 990, file: 1000, folders: [folder("/run/mediasync", 990)])
    #expect(file.refusal != nil)
    let above = SocketOwners(
      listener: 990, file: 990, folders: [folder("/srv/a/b", 990), folder("/srv/a", 1000)])
    #expect(above.refusal != nil)
  }

  @Test func `a client trusts no socket in a folder that anybody may write to`() {
    let open = SocketOwners(
      listener: 0, file: 0, folders: [folder("/tmp", 0, open: true, sticky: true), folder("/", 0)])
    #expect(open.refusal?.contains("/tmp") == true)
    let above = SocketOwners(
      listener: 0, file: 0, folders: [folder("/srv/a/b", 0), folder("/srv/a", 0, open: true)])
    #expect(above.refusal?.contains("/srv/a") == true)
  }
}
