import EventLoop
import Foundation
import Glibc
import Testing

import Logging
@testable import ServiceHost

// The environment belongs to the whole process: one test at a time.
@Suite(.serialized) struct ServiceTests {
  /// Stands where systemd listens.
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

  private func take(_ descriptor: Int32) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: buffer[0..<count], as: UTF8.self)
  }

  @Test func `systemd hears what it needs, and a status only when it changes`() throws {
    let scratch = Scratch()
    let descriptor = listener(scratch.path + "/notify")
    defer { close(descriptor) }
    setenv("NOTIFY_SOCKET", scratch.path + "/notify", 1)
    defer { unsetenv("NOTIFY_SOCKET") }
    let notifier = Notifier()
    notifier.ready()
    #expect(take(descriptor) == "READY=1")
    notifier.status("In step")
    notifier.status("In step")
    notifier.status("Waiting\nREADY=0")
    #expect(take(descriptor) == "STATUS=In step")
    #expect(take(descriptor) == "STATUS=Waiting READY=0")
    notifier.reloading()
    let reloading = try #require(take(descriptor)).split(separator: "=")
    #expect(reloading.count == 3 && reloading[0] == "RELOADING" && reloading[1] == "1\nMONOTONIC_USEC")
    #expect(Int64(reloading[2]) ?? 0 > 0)
    notifier.stopping()
    #expect(take(descriptor) == "STOPPING=1")
    notifier.failed(errno: ENOSPC, "the disk is full")
    #expect(take(descriptor) == "ERRNO=28\nSTATUS=the disk is full")
    #expect(take(descriptor) == nil)
  }

  @Test func `without systemd nothing is sent and nothing fails`() {
    unsetenv("NOTIFY_SOCKET")
    Notifier().ready()
  }

  @Test func `the journal is recognised by device and inode`() throws {
    let scratch = Scratch()
    let descriptor = open(scratch.path + "/log", O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    var info = stat()
    #expect(fstat(descriptor, &info) == 0)
    #expect(LogDestination.isJournal(stream: "\(info.st_dev):\(info.st_ino)", descriptor: descriptor))
    #expect(!LogDestination.isJournal(stream: "\(info.st_dev):1", descriptor: descriptor))
    #expect(!LogDestination.isJournal(stream: nil, descriptor: descriptor))
  }

  @Test func `a journal record has a constant message and a field for each particular`() {
    let fields = JournalLogHandler.fields(
      "hub unreachable", .warning, ["hub url": "http://h", "attempt": "4"], "mediasyncd")
    #expect(
      fields == [
        "MESSAGE=hub unreachable", "PRIORITY=4", "SYSLOG_IDENTIFIER=mediasyncd", "MEDIASYNC_ATTEMPT=4",
        "MEDIASYNC_HUB_URL=http://h",
      ])
    // Whether a journal listens or not, this neither fails nor blocks.
    JournalLogHandler(identifier: "mediasync-test", level: .debug).log(
      event: LogEvent(
        level: .debug, message: "a test", metadata: ["key": "value"], source: "", file: "", function: "",
        line: 1))
  }

  @Test func `a plain line says when, how grave, what, and the particulars`() throws {
    let line = PlainLogHandler.line(
      "hub\nunreachable", .warning, ["attempt": "4", "why": "connection \"refused\"", "empty": ""],
      now: 1_795_497_754_123)
    #expect(
      line
        == #"2026-11-24T05:22:34.123Z warning hub unreachable attempt=4 empty="" why="connection \"refused\"""#
    )
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let writeEnd = ends[1]
    var logger = Logger(label: "test", factory: { _ in PlainLogHandler(level: .info, descriptor: writeEnd) })
    logger[metadataKey: "library"] = "home"
    logger.debug("not this")
    logger.info("in step", metadata: ["changes": "3"])
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(ends[0], &buffer, buffer.count)
    #expect(
      String(decoding: buffer[0..<count], as: UTF8.self).hasSuffix(
        "Z info    in step changes=3 library=home\n"))
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
