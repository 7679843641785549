import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// How the real daemon handles a server that is not a hub (docs/fuzzing.md).
  @Suite struct HostileServers {
    /// The limit of the daemon's peak memory, in KiB: a reply of 64 MiB, its parts, and the daemon itself.
    static let memoryMax = 256 << 10

    /// Runs a real daemon against the server: the daemon reports the problem, retries later, and stays alive.
    private func meet(
      _ answer: HostileServer.Answer, _ what: String, saying reason: String? = nil,
      within seconds: Double = 20
    ) throws {
      let stage = try Stage(withHub: false)
      let server = try HostileServer(answer)
      let device = try stage.device("one", .empty, hub: "http://127.0.0.1:\(server.port)/sync")
      let running = try device.run()
      let states = ["waiting", "blocked"]
      let settled = try poll(seconds) { try states.contains(device.status().state) }
      let status = try device.status()
      #expect(settled, "\(what): \(status.state) \(status.reason ?? "")")
      #expect((status.reason ?? "").utf8.count < 2000, "\(what)")
      if let reason {
        #expect(status.reason?.contains(reason) ?? false, "\(what): \(status.reason ?? "none")")
      }
      #expect(running.isRunning, "\(what): \(running.errors.suffix(500))")
      let peak = try #require(running.figure("VmHWM"))
      #expect(peak < Self.memoryMax, "\(what): the daemon held \(peak) KiB")
      try device.stop()
      let problems = try LibraryHealth.problems(device.library, schemaOf: Fixture.empty.path)
      #expect(problems.isEmpty, "\(what): \(problems)")
    }

    @Test(arguments: [
      ("no HTTP", "\u{0}\u{1}garbage\r\n\r\n"), ("HTTP/0.9", "{\"changes\":[]}"), ("an empty reply", ""),
      ("a status that is none", "HTTP/1.1 abc\r\n\r\n"), ("a head without end", "HTTP/1.1 200 OK\r\nX: "),
      ("a length too long", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"),
      ("a length too short", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{\"changes\":[]}"),
      ("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"),
      ("a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
      ("gzip that is none", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
      (
        "a redirect to a file",
        "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"
      ),
      (
        "a redirect elsewhere",
        "HTTP/1.1 307 R\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n"
      ),
      ("a redirect to itself", "HTTP/1.1 302 R\r\nLocation: /sync/get\r\nContent-Length: 0\r\n\r\n"),
      ("no body at all", "HTTP/1.1 204 No Content\r\n\r\n"), ("an upgrade", "HTTP/1.1 101 Switching\r\n\r\n"),
    ])
    func `a malformed reply is reported as one`(what: String, bytes: String) throws {
      try meet(.init(bytes: Array(bytes.utf8)), what)
    }

    @Test(arguments: [
      "{\"changes\":[],\"latest_change_id\":9223372036854775807}",
      "{\"changes\":[{}],\"latest_change_id\":1,\"log_id\":\"x\",\"next\":0,\"has_more\":true,\"chain\":\"c\"}",
      String(repeating: "[", count: 1_000_000), "[" + String(repeating: "0,", count: 10_000_000) + "0]",
      "{\"changes\":[" + String(repeating: "{},", count: 10_000_000) + "{}],\"latest_change_id\":1}",
      "{\"changes\":[],\"latest_change_id\":1e999}", "{\"changes\":[],\"changes\":1}", "\u{FEFF}{}", "null",
      "\"",
    ])
    func `a malformed page is reported as one`(body: String) throws {
      try meet(.json(body), String(body.prefix(60)), saying: "/get")
    }

    @Test func `the daemon aborts an endless body before it fills the memory`() throws {
      let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
      try meet(
        .init(bytes: Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".utf8), endless: piece),
        "an endless body", saying: "larger")
      try meet(
        .init(bytes: Array("HTTP/1.1 200 OK\r\nContent-Length: \(200 << 20)\r\n\r\n".utf8), endless: piece),
        "200 MB announced", saying: "larger")
      try meet(
        .init(
          bytes: Array("HTTP/1.1 200 OK\r\n".utf8),
          endless: Array(("X-Header: " + String(repeating: "x", count: 60_000) + "\r\n").utf8)),
        "endless headers")
    }

    @Test func `the daemon aborts a body that unpacks to a thousand times its size`() throws {
      let directory = try makeTemporaryDirectory("bomb")
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let file = directory + "/bomb.gz"
      let made = try RunningProgram(
        "/bin/sh", ["-c", "head -c 500000000 /dev/zero | gzip -9 > \(file)"], directory: directory)
      #expect(try made.end().code == 0)
      let packed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
      let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        + "Content-Length: \(packed.count)\r\n\r\n"
      try meet(.init(bytes: Array(head.utf8) + packed), "a bomb", saying: "larger")
    }
  }
}
