import CLinux
import Foundation
import Glibc
import SyncCore
import Testing

@testable import HubClient

@Suite struct SocketTests {
  @Test func `the kernel monitors the hub's connection, and gives up within fifteen seconds`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server)
    #expect(await caller.get().response?.status == 200)
    let socket = try #require(Self.socket(to: server.port))
    #expect(Self.option(socket, SOL_SOCKET, SO_KEEPALIVE) == 1)
    let idle = try #require(Self.option(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE))
    let interval = try #require(Self.option(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL))
    let limit = try #require(Self.option(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT))
    // It gives up at the first probe that is due after the limit.
    var probeAt = idle
    while probeAt * 1000 < limit { probeAt += interval }
    #expect(idle >= 5 && probeAt > idle + interval && probeAt <= 15, "\(idle), \(interval), \(limit)")
  }

  @Test func `the route to a hub is that of its connection, until either changes`() async throws {
    let server = TestServer { _ in .reply("200 OK") }
    let caller = try Caller(server)
    #expect(!caller.loop.queue.sync { caller.connection.wayHasMoved }, "nothing is open")
    #expect(await caller.get().response?.status == 200)
    #expect(!caller.loop.queue.sync { caller.connection.wayHasMoved })
    let socket = try #require(Self.socket(to: server.port))
    var (way, other) = (clinux_way(), clinux_way())
    #expect(clinux_way_of(socket, &way) == 0)
    #expect(way.interface > 0 && way.port == server.port)
    other = way
    other.source.0 ^= 1
    #expect(clinux_way_equals(&way, &other) == 0 && clinux_way_leads_to(&way, &other) == 1)
    other.peer.3 ^= 1
    #expect(clinux_way_leads_to(&way, &other) == 0)
  }

  @Test func `a socket without an Internet connection has no route`() throws {
    var way = clinux_way()
    var ends: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    #expect(clinux_way_of(ends[0], &way) == -1 && clinux_way_of(-1, &way) == -1)
    var short = sockaddr()
    short.sa_family = sa_family_t(AF_INET6)
    #expect(
      clinux_way_to(&short, UInt32(MemoryLayout<sockaddr>.size), &way) == -1, "too short for its family")
  }

  /// This process's own end of a connection to a port.
  private static func socket(to port: UInt16) -> Int32? {
    (0..<1024).first { descriptor in
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isPeer = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) == 0 }
      }
      return isPeer && address.sin_family == sa_family_t(AF_INET)
        && UInt16(bigEndian: address.sin_port) == port
    }
  }

  private static func option(_ socket: Int32, _ level: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(4)
    return getsockopt(socket, level, name, &value, &size) == 0 ? value : nil
  }
}
