import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// How the real hub handles connections that no honest client opens (docs/fuzzing.md).
  @Suite struct HostileClients {
    /// The limit of the hub's peak memory, in KiB.
    static let memoryMax = 160 << 10

    private func head(_ token: String, _ path: String = "/sync/send", _ more: String = "") -> String {
      "POST \(path) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
        + more
    }

    /// Expects that the hub still answers an honest request.
    private func expectAlive(_ stage: Stage, _ token: String, after what: String) throws {
      let connection = try RawConnection(stage.hub.port)
      connection.write(
        "GET /sync/capabilities HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n"
      )
      let reply = connection.read(milliseconds: 10_000)
      #expect(reply.hasPrefix("HTTP/1.1 200"), "after \(what): \(reply.prefix(200))")
    }

    @Test func `ambiguous requests are refused or cut off, and the hub keeps running`() throws {
      let stage = try Stage()
      let token = try stage.hub.token(device: "one")
      let smuggled = "GET /sync/capabilities HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\n\r\n"
      let chunked = "Transfer-Encoding: chunked\r\n\r\n"
      let shapes: [(name: String, request: String)] = [
        (
          "two lengths",
          head(token, "/sync/send", "Content-Length: 0\r\nContent-Length: 5\r\n\r\n") + smuggled
        ),
        ("length and chunks", head(token, "/sync/send", "Content-Length: 4\r\n" + chunked) + "0\r\n\r\n"),
        (
          "a coding that is none", head(token, "/sync/send", "Transfer-Encoding: xchunked\r\n\r\n") + smuggled
        ),
        ("a chunk without a size", head(token, "/sync/send", chunked) + "zz\r\nabc\r\n0\r\n\r\n"),
        ("a chunk without end", head(token, "/sync/send", chunked) + "ffffffffffffffff\r\nabc"),
        ("a chunk longer than said", head(token, "/sync/send", chunked) + "1\r\nabcdef\r\n0\r\n\r\n"),
        ("a negative length", head(token, "/sync/send", "Content-Length: -1\r\n\r\n") + smuggled),
        (
          "a length beyond 64 bits", head(token, "/sync/send", "Content-Length: 99999999999999999999\r\n\r\n")
        ),
        ("a folded header", "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n"),
        ("a header without a name", "GET / HTTP/1.1\r\n: x\r\n\r\n"),
        ("a NUL in a header", "GET / HTTP/1.1\r\nHost: a\u{0}b\r\n\r\n"),
        ("line feeds alone", "GET / HTTP/1.1\nHost: h\n\n"),
        ("a version that is none", "GET / HTTP/9.9\r\nHost: h\r\n\r\n"),
        ("no HTTP", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}garbage\r\n\r\n"),
        ("a long header", "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 1 << 20) + "\r\n\r\n"),
        ("many headers", "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 50_000) + "\r\n"),
        ("a long path", "GET /" + String(repeating: "x", count: 1 << 20) + " HTTP/1.1\r\nHost: h\r\n\r\n"),
        (
          "a query of garbage",
          "GET /sync/get?client_id=%00%zz%&since_change_id=%2e HTTP/1.1\r\nHost: h\r\n\r\n"
        ),
        (
          "a type that is none",
          head(token, "/sync/send", "").replacing("application/json", with: "text/plain")
            + "Content-Length: 2\r\n\r\n{}"
        ),
        (
          "a body packed by no one",
          head(token, "/sync/send", "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}")
        ),
        ("a thousand at once", String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: 1000)),
      ]
      for (name, request) in shapes {
        let connection = try RawConnection(stage.hub.port)
        connection.write(request)
        connection.finish()
        let reply = connection.read(milliseconds: 1500)
        #expect(reply.components(separatedBy: "HTTP/1.1 200").count <= 2, "\(name): \(reply.prefix(300))")
        #expect(!reply.contains("HTTP/1.1 5"), "\(name): \(reply.prefix(300))")
        if name.hasPrefix("two lengths") || name.hasPrefix("length and") || name.hasPrefix("a coding") {
          #expect(!reply.contains("\"log_id\""), "\(name): a hidden request was answered")
        }
        try expectAlive(stage, token, after: name)
      }
    }

    @Test func `endless bodies cost no memory`() throws {
      let stage = try Stage()
      let token = try stage.hub.token(device: "one")
      let megabyte = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
      let announced = try RawConnection(stage.hub.port)
      announced.write(head(token, "/sync/send", "Content-Length: \(200 << 20)\r\n\r\n"))
      #expect(announced.read(milliseconds: 5000).hasPrefix("HTTP/1.1 413"))
      let streamed = try RawConnection(stage.hub.port)
      streamed.write(head(token, "/sync/send", "Transfer-Encoding: chunked\r\n\r\n"))
      for _ in 0..<200 {
        guard streamed.write("100000\r\n"), streamed.write(megabyte), streamed.write("\r\n") else { break }
      }
      let reply = streamed.read(milliseconds: 3000)
      #expect(reply.isEmpty || reply.hasPrefix("HTTP/1.1 413"), "\(reply.prefix(200))")
      try expectAlive(stage, token, after: "200 MB")
      let peak = try #require(stage.hub.memoryPeak)
      #expect(peak < Self.memoryMax, "the hub held \(peak) KiB")
    }

    @Test(arguments: [
      "[0,", "[", "{\"a\":", "{\"a\":1,", "[{},", "[\"\\u0000\",", "{\"changes\":[{\"change_id\":1},",
    ])
    func `a body of nothing but structure is refused in bounded memory`(piece: String) throws {
      let stage = try Stage()
      let token = try stage.hub.token(device: "one")
      let first = String(piece.first ?? "[")
      let rest = piece.count > 1 && piece.last == "," ? String(piece.dropFirst()) : piece
      let body = Array((first + String(repeating: rest, count: (7 << 20) / rest.utf8.count)).utf8)
      let connection = try RawConnection(stage.hub.port)
      connection.write(
        head(token, "/sync/send", "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"))
      connection.write(body)
      let reply = connection.read(milliseconds: 20_000)
      #expect(reply.hasPrefix("HTTP/1.1 400") || reply.hasPrefix("HTTP/1.1 422"), "\(reply.prefix(200))")
      let peak = try #require(stage.hub.memoryPeak)
      #expect(peak < Self.memoryMax, "the hub held \(peak) KiB")
    }

    @Test func `slow clients make nobody wait`() throws {
      let stage = try Stage()
      let token = try stage.hub.token(device: "one")
      var slow: [RawConnection] = []
      for number in 0..<200 {
        let connection = try RawConnection(stage.hub.port)
        connection.write(
          number % 2 == 0 ? "GET /sync/cap" : head(token, "/sync/send", "Content-Length: 99\r\n\r\n{"))
        slow.append(connection)
      }
      let began = ContinuousClock.now
      try expectAlive(stage, token, after: "200 slow clients")
      #expect(began.duration(to: .now) < .seconds(5))
      #expect(slow.count == 200)
    }
  }
}
