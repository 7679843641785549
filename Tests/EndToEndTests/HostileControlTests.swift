import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// How the real daemon handles hostile input on its control socket (docs/fuzzing.md).
  @Suite struct HostileControl {
    @Test func `after any input on the socket the next request is answered`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let running = try device.run()
      let deep = String(repeating: "[", count: 30_000)
      let lines: [(name: String, bytes: [UInt8])] = [
        ("a million bytes without an end", [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)),
        ("sixteen thousand empty lines", [UInt8](repeating: 0x0A, count: 16_384)),
        ("bytes that are no text", (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }),
        ("NULs", [UInt8](repeating: 0, count: 60_000) + [0x0A]),
        ("deep nesting", Array((deep + "\n").utf8)),
        ("a deep verb", Array("{\"verb\":\(deep)\n".utf8)),
        ("deep members", Array((String(repeating: "{\"verb\":", count: 7000) + "\n").utf8)),
        (
          "huge numbers",
          Array(
            "{\"verb\":\"pause\",\"for_seconds\":1e999}\n{\"verb\":\"wait\",\"timeout_seconds\":-1e308}\n"
              .utf8)
        ),
        (
          "a number at the end of 64 bits",
          Array("{\"verb\":\"pause\",\"for_seconds\":9223372036854775807}\n".utf8)
        ),
        ("half a line", Array("{\"verb\":\"sta".utf8)),
        ("a lone surrogate", Array("{\"verb\":\"\\ud800\"}\n".utf8)),
      ]
      for (name, bytes) in lines {
        let socket = try RawControl(device.socket)
        socket.write(bytes)
        socket.drain()
        let began = ContinuousClock.now
        _ = try device.status()
        #expect(began.duration(to: .now) < .seconds(2), "after \(name) status came late")
        #expect(running.isRunning, "\(name): \(running.errors.suffix(500))")
      }
      let crowd = try (0..<300).map { _ in try RawControl(device.socket) }
      _ = try device.status()
      #expect(crowd.count == 300)
      let peak = try #require(running.figure("VmHWM"))
      #expect(peak < 96 << 10, "the daemon held \(peak) KiB")
    }

    @Test func `two requests in one write are both answered, and the daemon keeps running`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      let running = try one.run()
      try two.run()
      try one.awaitInStep()
      try two.awaitInStep()
      let app = try SampleLibrary(two.library, client: "app", seed: 1)
      for turn in 0..<3 {
        let socket = try RawControl(one.socket)
        socket.write(
          Array(
            #"""
            {"verb":"trigger","wait":true}
            {"verb":"trigger"}
            {"verb":"trigger","wait":true}
            {"verb":"status"}

            """#.utf8))
        var said: [UInt8] = []
        #expect(
          poll(10) {
            said += socket.drain()
            return said.count { $0 == 0x0A } == 4
          }, "\(String(decoding: said, as: UTF8.self))")
        try app.addMedia(NewMedia(url: "u\(turn)", title: "t", content: "behind the requests, \(turn)"))
        #expect(
          try poll(10) { try value(one.library, "SELECT count(*) FROM Media") == .integer(Int64(turn + 1)) })
        #expect(running.isRunning, "\(running.errors.suffix(500))")
      }
    }

    @Test func `two hundred clients that send nothing, too little or garbage cost almost nothing`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let running = try device.run()
      _ = try device.status()
      let memory = try #require(running.privateMemory)
      let crowd = try (0..<200).map { _ in try RawControl(device.socket) }
      let request = Array(#"{"verb":"version"}"#.utf8)
      let before = try processorSeconds(running)
      var slowest: Duration = .zero
      for second in 0..<3 {
        for (number, client) in crowd.enumerated() where number % 3 != 0 {
          client.write(number % 3 == 1 ? [request[second]] : Array("garbage\n".utf8))
        }
        let began = ContinuousClock.now
        _ = try device.status()
        slowest = max(slowest, began.duration(to: .now))
        usleep(1_000_000)
      }
      let cost = try processorSeconds(running) - before
      let grown = try #require(running.privateMemory) - memory
      #expect(slowest < .seconds(1), "status came after \(slowest)")
      #expect(cost < 0.6, "\(cost) s of processor time in three seconds")
      #expect(grown < 8 << 10, "\(grown) KiB more")
      print("200 bad clients, 3 s: \(cost) s processor, \(grown) KiB, slowest status \(slowest)")
    }

    /// Seconds of processor time that a program has used.
    private func processorSeconds(_ program: RunningProgram) throws -> Double {
      let text = try String(contentsOfFile: "/proc/\(program.id)/stat", encoding: .utf8)
      // The name, in brackets, may contain anything; the fields after it may not.
      let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
      let ticks = try [11, 12].map { try #require(Double(fields[$0])) }
      return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }
}

/// The control socket, without the rules of its protocol.
private final class RawControl {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let connected = try UnixAddress.with(path) { connect(descriptor, $0, $1) == 0 }
    guard connected else { throw ProgramFailure("nobody answers at \(path)") }
    var patience = timeval(tv_sec: 0, tv_usec: 300_000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) { _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

  /// Reads until nothing more arrives.
  @discardableResult
  func drain() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var read: [UInt8] = []
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return read }
      read += buffer[..<count]
    }
  }
}
