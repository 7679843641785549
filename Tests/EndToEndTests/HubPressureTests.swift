import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// The real hub under pressure: few descriptors, a full disk, a second hub.
  @Suite struct HubPressure {
    private func request(_ token: String, _ path: String = "/sync/capabilities") -> String {
      "GET \(path) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n"
    }

    private func ask(_ stage: Stage, _ token: String, within milliseconds: Int = 10_000) throws -> String {
      let connection = try RawConnection(stage.hub.port)
      connection.write(request(token))
      return connection.read(milliseconds: milliseconds)
    }

    @Test func `a hub at its connection limit uses no CPU, serves its clients, and recovers`() throws {
      let stage = try Stage(withHub: false)
      stage.hub.descriptors = (256, 256)
      try stage.hub.start()
      let token = try stage.hub.token(device: "one")
      let poll = "GET /sync/get?client_id=d&device_id=d&incarnation=i&since_change_id=0&wait=60 HTTP/1.1\r\n"
      let waiting = try RawConnection(stage.hub.port)
      waiting.write(poll + "Host: h\r\nAuthorization: Bearer \(token)\r\n\r\n")
      #expect(waiting.read(milliseconds: 300) == "")
      var slow: [RawConnection] = []
      for _ in 0..<300 {
        let connection = try RawConnection(stage.hub.port)
        connection.write("POST /sync/send HTTP/1.1\r\nHost: h\r\nX-")
        slow.append(connection)
      }
      Thread.sleep(forTimeInterval: 0.5)
      let program = try #require(stage.hub.program)
      let before = try cpu(program)
      let began = Date()
      Thread.sleep(forTimeInterval: 2)
      let share = try (cpu(program) - before) / Date().timeIntervalSince(began)
      #expect(share < 0.1, "it works at \(Int(share * 100)) % of a processor and has nothing to do")
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(program.id)/fd").count
      #expect(open < 200, "\(open) of 256 descriptors: a reserve is left")
      slow.removeAll()
      #expect(try ask(stage, token).hasPrefix("HTTP/1.1 200"))
      #expect(program.isRunning)
    }

    @Test func `the hub serves more libraries than it has descriptors`() throws {
      let stage = try Stage(withHub: false)
      stage.hub.descriptors = (128, 128)
      try stage.hub.start()
      for number in 0..<30 {
        let token = try stage.hub.token(device: "one", library: "library\(number)")
        let reply = try ask(stage, token)
        #expect(reply.hasPrefix("HTTP/1.1 200"), "library \(number): \(reply.prefix(200))")
      }
    }

    @Test func `a hub raises its descriptor limit as far as the system allows`() throws {
      let stage = try Stage(withHub: false)
      stage.hub.descriptors = (64, 2048)
      try stage.hub.start()
      let program = try #require(stage.hub.program)
      let limits = try String(contentsOfFile: "/proc/\(program.id)/limits", encoding: .utf8)
      let line = limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
      #expect(line?.split(separator: " ").contains("64") == false, "\(line ?? "")")
    }

    @Test func `open uploads use no more than the memory budget`() throws {
      let stage = try Stage()
      let token = try stage.hub.token(device: "one")
      let head =
        "POST /sync/send HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\n"
        + "Content-Type: application/json\r\nContent-Length: 8388608\r\n\r\n"
      let part = [UInt8](repeating: UInt8(ascii: " "), count: 8_300_000)
      var held: [RawConnection] = []
      for _ in 0..<24 {
        let connection = try RawConnection(stage.hub.port)
        connection.write(head)
        connection.write(part)
        held.append(connection)
      }
      #expect(held[20].read(milliseconds: 3000).hasPrefix("HTTP/1.1 503"))
      let other = try stage.hub.token(device: "two")
      #expect(try ask(stage, other).hasPrefix("HTTP/1.1 200"), "another token is served")
      let peak = try #require(stage.hub.memoryPeak)
      #expect(peak < 160 << 10, "24 bodies of 8 MiB, and the hub held \(peak) KiB")
    }

    @Test func `a second hub on the same directory is refused and says who serves it`() throws {
      let stage = try Stage()
      let program = try #require(stage.hub.program)
      let port = try LoopbackSocket.freePort()
      let second = try stage.hub.command(
        "serve", "--data", stage.hub.data, "--listen", "127.0.0.1:\(port)")
      #expect(second.code != 0)
      #expect(second.errors.contains("process \(program.id)"), "\(second.errors)")
      // The other commands still work, and the first still serves.
      let token = try stage.hub.token(device: "one")
      #expect(try ask(stage, token).hasPrefix("HTTP/1.1 200"))
    }

    @Test(.enabled(if: SmallDisk.works, "needs the right to mount a tmpfs"))
    func `a token can be revoked on a full disk`() throws {
      let stage = try Stage(withHub: false)
      let disk = try SmallDisk(mountedAt: stage.hub.data, kibibytes: 8000)
      defer { disk.release() }
      try stage.hub.start()
      let token = try stage.hub.token(device: "one")
      #expect(try ask(stage, token).hasPrefix("HTTP/1.1 200"))
      try stage.hub.stop()
      let filler = stage.hub.data + "/filler"
      _ = FileManager.default.createFile(atPath: filler, contents: nil)
      let file = try #require(FileHandle(forWritingAtPath: filler))
      for size in [1 << 16, 1 << 12, 1] { while (try? file.write(contentsOf: Data(count: size))) != nil {} }
      try file.close()
      // Without a running hub the command must create every file that SQLite needs.
      let end = try stage.hub.command("token", "revoke", "--data", stage.hub.data, "1")
      #expect(end.code == 0, "\(end.errors)")
      try FileManager.default.removeItem(atPath: filler)
      try stage.hub.start()
      #expect(try ask(stage, token).hasPrefix("HTTP/1.1 403"))
    }

    /// Processor time that a program has used, in seconds.
    private func cpu(_ program: RunningProgram) throws -> Double {
      let text = try String(contentsOfFile: "/proc/\(program.id)/stat", encoding: .utf8)
      let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
      let ticks = (Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)
      return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }
}
