import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// A control tool and a daemon of different versions (docs/control-protocol.md, *Hello*).
  @Suite struct ControlVersions {
    private static let own = #"{"hello":{"build":"9.1","protocol":{"max":1,"min":1}},"ok":true}"#

    @Test(arguments: [
      (
        // A newer daemon detects the difference itself; this one leaves it to the client.
        #"{"hello":{"build":"9.1","protocol":{"max":3,"min":2}},"ok":true}"#, "upgrade mediasyncctl"
      ),
      (
        #"{"error":{"code":"version_mismatch","message":"speak later: upgrade mediasyncctl"},"ok":false}"#,
        "upgrade mediasyncctl"
      ),
      (#"{"hello":{"build":"0.0","protocol":{"max":0,"min":0}},"ok":true}"#, "restart the daemon"),
      (
        // A daemon from before the hello existed.
        #"{"error":{"code":"bad_request","message":"not a request"},"ok":false}"#, "restart it"
      ),
    ])
    func `a daemon of another version gives one line with the remedy`(answer: String, remedy: String) throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", nil)
      let daemon = try FakeDaemon(in: stage.directory, answers: [answer])
      let end = try device.control("status", "--socket", daemon.path)
      #expect(end.code == 76 && end.output.isEmpty)
      #expect(end.errors.split(separator: "\n").count == 1 && end.errors.contains(remedy), "\(end.errors)")
      let json = try device.control("status", "--json", "--socket", daemon.path)
      #expect(json.code == 76)
      let failure = try JSONDecoder().decode(Failure.self, from: Data(json.output.utf8))
      #expect(failure.error.code == "version_mismatch" && failure.error.message.contains(remedy))
    }

    @Test func `if a daemon does not know a verb yet, the tool says to restart it`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", nil)
      let unknown =
        #"{"error":{"code":"unknown_verb","message":"the daemon does not know the verb watch"},"ok":false}"#
      let daemon = try FakeDaemon(in: stage.directory, answers: [Self.own, unknown])
      let end = try device.control("watch", "--socket", daemon.path)
      #expect(end.code == 76 && end.errors.contains("restart it"), "\(end.errors)")
    }

    @Test func `the doctor reports an old daemon only if it speaks another version`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", nil)
      for (code, finding) in [("busy", "check-failed"), ("unknown_verb", "daemon-outdated")] {
        let refusal = #"{"error":{"code":"\#(code)","message":"not now"},"ok":false}"#
        let daemon = try FakeDaemon(in: stage.directory, answers: [Self.own, refusal])
        let end = try device.control("doctor", "--json", "--socket", daemon.path)
        #expect(end.output.contains(#""code":"\#(finding)""#), "\(end.output)")
        #expect(end.output.contains("not now"), "\(end.output)")
        try FileManager.default.removeItem(atPath: daemon.path)
      }
    }

    @Test func `the tool accepts another build of the same protocol, and names it`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", nil)
      let status =
        #"{"attempt":0,"conflicts":0,"database":"/l","mood":"blue","parked":0,"pending_local":0,"#
        + #""pulled_cursor":0,"quarantined":0,"state":"paused","version":"9.1"}"#
      let daemon = try FakeDaemon(
        in: stage.directory, answers: [Self.own, #"{"ok":true,"status":\#(status)}"#])
      let end = try device.control("status", "--socket", daemon.path)
      #expect(end.code == 0 && end.output.hasPrefix("Paused"), "\(end.errors)")
      #expect(end.output.contains("Daemon     9.1, this is mediasyncctl"))
    }

    @Test func `the real daemon answers a client of another version with an explanation`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      try device.run()
      let socket = try ControlSocket(device.socket)
      let reply = try socket.ask(#"{"verb":"hello","protocol":{"min":2,"max":3},"build":"9.1"}"#)
      let failure = try JSONDecoder().decode(Failure.self, from: reply)
      #expect(failure.error.code == "version_mismatch")
      #expect(failure.error.message.contains("restart the daemon") && !failure.error.message.contains("\n"))
    }
  }
}

/// The output of `--json` for a failure.
struct Failure: Decodable {
  struct Detail: Decodable {
    let code: String
    let message: String
  }
  let error: Detail
}
