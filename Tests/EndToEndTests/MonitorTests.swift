import Foundation
import SampleApplication
import Synchronization
import Testing

extension EndToEnd {
  @Suite struct Monitor {
    /// A monitor that keeps what it received.
    private final class Listener: Sendable {
      let requests = Mutex<[HTTPRequest]>([])
      let status = Mutex(200)

      func start() throws -> HTTPListener {
        try HTTPListener { request in
          self.requests.withLock { $0.append(request) }
          return HTTPReply(status: self.status.withLock { $0 }, body: Data("OK".utf8))
        }
      }
    }

    @Test func `the heartbeat is called after a success, rarely, and without the hub's credentials`() throws {
      let monitor = Listener()
      let listener = try monitor.start()
      let stage = try Stage()
      let device = try stage.device("one")
      device.environment["MEDIASYNC_METRICS_HEARTBEAT_URL"] =
        "http://127.0.0.1:\(listener.port)/ping/secret-name?status=up"
      try device.run()
      try device.awaitInStep()
      for _ in 0..<3 { #expect(try device.control("trigger", "--wait").code == 0) }
      #expect(poll(10) { monitor.requests.withLock { !$0.isEmpty } })
      let requests = monitor.requests.withLock { $0 }
      #expect(requests.count == 1)
      let request = try #require(requests.first)
      #expect((request.method, request.path) == ("GET", "/ping/secret-name"))
      #expect(request.query == ["status": "up"])
      #expect(request.headers["authorization"] == nil && request.headers["x-api-key"] == nil)
      let values = try Metrics.values(device, stage)
      #expect(values[#"mediasync_heartbeats_total{outcome="succeeded"}"#] == 1)
    }

    @Test func `a failed heartbeat is logged once, without its path, and delays nothing`() throws {
      let monitor = Listener()
      let listener = try monitor.start()
      monitor.status.withLock { $0 = 404 }
      let stage = try Stage()
      let device = try stage.device("one")
      device.environment["MEDIASYNC_METRICS_HEARTBEAT_URL"] =
        "http://127.0.0.1:\(listener.port)/ping/secret-name"
      let daemon = try device.run()
      try device.awaitInStep()
      let failed = #"mediasync_heartbeats_total{outcome="failed"}"#
      #expect(try poll(10) { try Metrics.values(device, stage)[failed] == 1 })
      let lines = daemon.errors.split(separator: "\n").filter { $0.contains("heartbeat") }
      #expect(lines.count == 1)
      #expect(lines.first?.contains("127.0.0.1 fails (HTTP 404)") == true, "\(lines)")
      #expect(!daemon.errors.contains("secret-name"))
      #expect(try device.control("trigger", "--wait").code == 0)
    }

    @Test func `without the hub there is no heartbeat`() throws {
      let monitor = Listener()
      let listener = try monitor.start()
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("alone", .empty)
      device.environment["MEDIASYNC_METRICS_HEARTBEAT_URL"] = "http://127.0.0.1:\(listener.port)/ping"
      try device.run()
      #expect(try device.control("trigger", "--wait").code == 75)
      #expect(monitor.requests.withLock { $0.isEmpty })
    }

    @Test func `the metrics are served over HTTP at the configured address only`() throws {
      let stage = try Stage()
      let device = try stage.device("one")
      let port = try LoopbackSocket.freePort()
      try device.run()
      #expect(!LoopbackSocket.accepts(port))
      try device.stop()
      device.environment["MEDIASYNC_METRICS_LISTEN"] = "127.0.0.1:\(port)"
      try device.run()
      try device.awaitInStep()
      let connection = try RawConnection(port)
      connection.write("GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text\r\n\r\n")
      let answer = connection.read()
      let page = try #require(answer.range(of: "\r\n\r\n")).upperBound
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      let samples = try PrometheusParser.parse(
        String(answer[page...]), as: .openMetrics, directory: stage.directory)
      #expect(samples.values["mediasync_up"] == 1)
    }

    @Test func `a metrics port that is in use does not stop the sync`() throws {
      let other = try HTTPListener { _ in HTTPReply(status: 200, body: Data()) }
      let stage = try Stage()
      let device = try stage.device("one")
      device.environment["MEDIASYNC_METRICS_LISTEN"] = "127.0.0.1:\(other.port)"
      let daemon = try device.run()
      try device.awaitInStep()
      #expect(daemon.errors.contains("the metrics cannot be served at 127.0.0.1:\(other.port)"))
    }
  }
}
