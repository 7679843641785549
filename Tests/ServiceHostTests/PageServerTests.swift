import EventLoop
import Foundation
import Testing

@testable import ServiceHost

@Suite struct PageServerTests {
  private let loop = LoopExecutor()
  private let scratch = Scratch()
  private var path: String { scratch.path + "/page.sock" }

  private func serve(_ text: String = "up 1\n") throws -> PageServer {
    try loop.queue.sync { try PageServer(loop: loop, at: .unix(path: path), path: "/metrics") { text } }
  }

  private func stop(_ server: PageServer) { loop.queue.sync { server.cancel() } }

  /// All lines of the answer to a request.
  private func ask(_ request: String) throws -> [String] {
    let client = try #require(RawClient(path))
    client.send(request)
    var lines: [String] = []
    while let line = client.line() { lines.append(line) }
    return lines
  }

  @Test func `the page is sent whole, in the requested format`() throws {
    let long = String(repeating: "a sample\n", count: 60_000)
    let server = try serve(long)
    let plain = try ask("GET /metrics?x=1 HTTP/1.1\r\nHost: here\r\n\r\n")
    #expect(plain.first == "HTTP/1.1 200 OK\r")
    #expect(plain.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r"))
    #expect(plain.contains("Content-Length: \(long.utf8.count)\r"))
    #expect(plain.filter { $0 == "a sample" }.count == 60_000)
    let open = try ask(
      "GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text;version=1.0.0,*/*;q=0.1\r\n\r\n")
    #expect(open.contains("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r"))
    stop(server)
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", "404"), ("GET /metrics/ HTTP/1.0\r\n\r\n", "404"),
    ("POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "405"), ("GET /metrics\r\n\r\n", "400"),
    ("\r\n\r\n", "400"), ("GET http://here/metrics HTTP/1.1\r\n\r\n", "400"),
    ("GET /metrics HTTP/2\r\n\r\n", "400"),
    (String(repeating: "x", count: 8 << 10), "400"),
  ])
  func `any other request gets an error and nothing else`(request: String, status: String)
    throws
  {
    let server = try serve()
    let lines = try ask(request)
    #expect(lines.first?.hasPrefix("HTTP/1.1 \(status) ") == true, "\(lines)")
    #expect(!lines.contains("up 1"))
    stop(server)
  }

  @Test func `a request may come in pieces`() throws {
    let server = try serve()
    let client = try #require(RawClient(path))
    for piece in ["GET /met", "rics HTTP/1.1\r\nHost: h\r", "\n\r", "\n"] { client.send(piece) }
    #expect(client.line() == "HTTP/1.1 200 OK\r")
    stop(server)
  }

  @Test func `silent clients keep nobody out`() throws {
    let server = try serve()
    let silent = (0..<60).compactMap { _ in RawClient(path) }
    #expect(silent.count == 60)
    silent.last?.send("GET /metrics HTTP/1.1\r\n")
    #expect(try ask("GET /metrics HTTP/1.1\r\n\r\n").last == "up 1")
    stop(server)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `an address in use is an error that names it`() throws {
    let server = try serve()
    let error = #expect(throws: PageServerError.self) { try serve() }
    #expect(error?.description.hasPrefix(path) == true)
    stop(server)
  }
}
