import ControlProtocol
import Foundation
import Testing

@Suite struct MessageTests {
  private func sample() -> Status {
    var status = Status(state: .waiting, database: "/home/a/library.db", version: "1.0.0")
    status.reason = "hub unreachable (connection refused)"
    status.nextAttempt = "2026-11-24T05:23:15.000Z"
    status.attempt = 4
    status.pendingLocal = 3
    return status
  }

  @Test func `a status has every key, and null if a value is unknown`() throws {
    let line = try Frame.encode(sample())
    let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    let keys = try #require(object).keys.sorted()
    #expect(
      keys == [
        "attempt", "conflicts", "database", "device_id", "hub_head", "hub_url", "incarnation", "last_success",
        "next_attempt", "parked", "pause_until", "pending_local", "polling", "progress", "protocol",
        "pulled_cursor",
        "quarantined",
        "reason", "reload_failure", "since", "state", "version",
      ])
    #expect(object?["hub_head"] is NSNull)
    #expect(try Frame.decode(Status.self, from: line) == sample())
  }

  @Test(arguments: [
    ControlRequest.status, .trigger(wait: true), .trigger(wait: false), .pause(forSeconds: nil),
    .pause(forSeconds: 7200), .resume, .wait(timeoutSeconds: nil), .wait(timeoutSeconds: 0.25), .version,
    .reload,
  ])
  func `a request decodes to what was encoded`(request: ControlRequest) throws {
    #expect(try Frame.decode(ControlRequest.self, from: Frame.encode(request)) == request)
  }

  @Test func `a reply decodes to what was encoded`() throws {
    let replies: [ControlReply] = [
      .status(sample()), .outcome(.setAside, sample()), .version("1.2"), .error(.busy, "too many clients"),
      .reloaded(ReloadReport(changed: ["sync.interval"], afterRestart: ["control.socket"])),
    ]
    for reply in replies { #expect(try Frame.decode(ControlReply.self, from: Frame.encode(reply)) == reply) }
  }

  @Test(arguments: [
    ("", "not JSON"), ("{", "not JSON"), ("[]", "the message has the wrong type"), ("{}", "verb is missing"),
    (#"{"verb":"pause","for_seconds":"2h"}"#, "for_seconds has the wrong type"),
    (#"{"verb":"pause","for_seconds":-1}"#, "for_seconds has an unknown value"),
    (#"{"verb":"wait","timeout_seconds":1e300}"#, "timeout_seconds has an unknown value"),
  ])
  func `an invalid request is refused with a reason`(text: String, reason: String) {
    #expect(throws: FrameError.malformed(reason: reason)) {
      try Frame.decode(ControlRequest.self, from: Array(text.utf8))
    }
  }

  @Test func `a newer client's verb is distinguished from an invalid line`() {
    #expect(throws: FrameError.unknownVerb("dance")) {
      try Frame.decode(ControlRequest.self, from: Array(#"{"verb":"dance"}"#.utf8))
    }
  }

  @Test func `lines are split correctly wherever the bytes are cut`() throws {
    var splitter = LineSplitter()
    #expect(try splitter.append(Array("ab".utf8)) == [])
    #expect(try splitter.append(Array("c\n\nd".utf8)) == [Array("abc".utf8), []])
    #expect(try splitter.append([0x0A]) == [Array("d".utf8)])
  }

  @Test func `a line longer than a frame is refused before it is buffered`() throws {
    var splitter = LineSplitter()
    let most = [UInt8](repeating: 0x61, count: Frame.maxBytes - 1)
    #expect(try splitter.append(most + [0x0A]).first?.count == most.count)
    #expect(throws: FrameError.tooLong) { try splitter.append(most + [0x61]) }
  }

  @Test func `a client uses the given socket path, else the default one`() {
    let system = "/run/mediasync/control.sock"
    let own = "/run/user/7/mediasync/control.sock"
    let environment = ["XDG_RUNTIME_DIR": "/run/user/7"]
    #expect(ControlSocketPath.forClient([:]) { _ in true } == system)
    #expect(ControlSocketPath.forClient(environment) { $0 == own } == own)
    #expect(ControlSocketPath.forClient(environment) { _ in false } == system)
    let named = environment.merging(["MEDIASYNC_CONTROL_SOCKET": "/x"]) { $1 }
    #expect(ControlSocketPath.forClient(named) { _ in true } == "/x")
    let alices = "/run/mediasync@alice/control.sock"
    #expect(ControlSocketPath.forClient(["USER": "alice"]) { $0 == alices } == alices)
    #expect(ControlSocketPath.forClient(["USER": "../x"]) { _ in true } == system)
    #expect(
      ControlSocketPath.forClient(["RUNTIME_DIRECTORY": "/run/a", "USER": "b"]) { _ in true }
        == "/run/a/control.sock")
  }
}
