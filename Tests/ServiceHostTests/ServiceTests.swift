import EventLoop
import Foundation
import Glibc
import Testing

@testable import ServiceHost

// The environment belongs to the whole process: one test at a time.
@Suite(.serialized) struct ServiceTests {
  /// Listens in systemd's place.
  private func listener(_ path: String) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    precondition(bound == 0)
    return descriptor
  }

  private func receive(_ descriptor: Int32) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: buffer[0..<count], as: UTF8.self)
  }

  @Test func `systemd gets its notifications, and a status only when it changes`() throws {
    let scratch = Scratch()
    let descriptor = listener(scratch.path + "/notify")
    defer { close(descriptor) }
    setenv("NOTIFY_SOCKET", scratch.path + "/notify", 1)
    defer { unsetenv("NOTIFY_SOCKET") }
    let notifier = Notifier()
    notifier.ready()
    #expect(receive(descriptor) == "READY=1")
    notifier.status("In step")
    notifier.status("In step")
    notifier.status("Waiting\nREADY=0")
    #expect(receive(descriptor) == "STATUS=In step")
    #expect(receive(descriptor) == "STATUS=Waiting READY=0")
    notifier.reloading()
    let reloading = try #require(receive(descriptor)).split(separator: "=")
    #expect(reloading.count == 3 && reloading[0] == "RELOADING" && reloading[1] == "1\nMONOTONIC_USEC")
    #expect(Int64(reloading[2]) ?? 0 > 0)
    notifier.extendTimeout(.milliseconds(2500))
    #expect(receive(descriptor) == "EXTEND_TIMEOUT_USEC=2500000")
    notifier.alive()
    #expect(receive(descriptor) == "WATCHDOG=1")
    notifier.stalled("stuck")
    #expect(receive(descriptor) == "WATCHDOG=trigger\nSTATUS=stuck")
    notifier.stopping()
    #expect(receive(descriptor) == "STOPPING=1")
    notifier.failed(errno: ENOSPC, "the disk is full")
    #expect(receive(descriptor) == "ERRNO=28\nSTATUS=the disk is full")
    #expect(receive(descriptor) == nil)
  }

  @Test func `without systemd nothing is sent and nothing fails`() {
    unsetenv("NOTIFY_SOCKET")
    Notifier().ready()
  }

  @Test func `this machine has one identity of 32 digits, or none`() {
    guard let identity = MachineIdentity.applicationSpecific() else { return }
    #expect(identity.count == 32 && identity.allSatisfy(\.isHexDigit))
    #expect(MachineIdentity.applicationSpecific() == identity)
  }

  @Test func `a local file system is not polled`() {
    #expect(!FileSystemKind.isNetwork("/proc"))
    #expect(!FileSystemKind.isNetwork("/nowhere"))
  }
}
