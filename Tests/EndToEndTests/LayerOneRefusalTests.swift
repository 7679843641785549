import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Layer-1 servers as they are today: some refuse a change, others have retired layer 1.
  @Suite struct LayerOneRefusals {
    private static let foreign =
      #"{"protocol_version":"sync-v2-m1","min_client_version":"0.1.45","domains":["media"],"max_batch_size":100}"#

    /// A device with two hundred changes for the server, in the middle of them a keyword that the server
    /// refuses.
    private func device(of stage: Stage, _ server: Layer1Server) throws -> (
      device: DaemonProcess, bad: String
    ) {
      let device = try stage.device("one", hub: server.url)
      let here = try SampleLibrary(device.library, client: "app-one", seed: 1)
      for number in 0..<60 {
        let keyword = number == 30 ? "refused" : "k"
        try here.addMedia(
          NewMedia(url: "u\(number)", title: "title", content: "text \(number)", keywords: [keyword]))
      }
      let bad = try #require(
        try value(device.library, "SELECT uuid FROM Keywords WHERE keyword = 'refused'")?.text)
      return (device, bad)
    }

    @Test(arguments: Layer1Refusal.Form.allCases)
    func `one refused change is quarantined with the server's words, and everything else syncs`(
      _ form: Layer1Refusal.Form
    ) throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      let (device, bad) = try device(of: stage, server)
      let changes = try value(device.library, "SELECT count(*) FROM sync_log")?.integer ?? 0
      let theirs = "44444444-4444-4444-8444-444444444444"
      server.with {
        $0.refusal = Layer1Refusal(row: bad, form)
        $0.landsBetweenReads = [LayerOne.keyword(theirs, "theirs")]
      }
      let end = try device.sync()
      #expect(end.code == 65, "\(end.errors)")
      let (pushed, sends) = server.with { state in
        (state.log.count { $0.sender == "app-one" }, state.requests.count { $0.hasSuffix("/send") })
      }
      #expect(pushed == Int(changes) - 1)
      #expect(sends < 25)
      let pulled = try value(device.library, "SELECT keyword FROM Keywords WHERE uuid = '\(theirs)'")
      #expect(pulled == .text("theirs"))
      let aside = try SQLiteConnection(device.library, .readOnly).value(
        "SELECT group_concat(code || ' ' || uuid || ' ' || reason) FROM mediasync_quarantine")?.text
      #expect(aside?.hasPrefix("refused_by_server \(bad) ") == true, "\(aside ?? "nothing")")
      #expect(aside?.contains("the keyword is refused") == true)
      // Nothing is left to send.
      #expect(try device.sync().code == 0)
      #expect(server.with { $0.requests.count { $0.hasSuffix("/send") } } == sends)
    }

    @Test(arguments: [
      (500, #"{"detail":{"message":"Failed to apply changes atomically.","errors":["Internal failure."]}}"#),
      (500, #"{"detail":"Failed Processing Change ID 1: database is locked"}"#),
      (502, "<html>Bad Gateway</html>"),
      (503, #"{"detail":"Change ID 1: come again later"}"#), (504, "{}"), (429, #"{"detail":"slow down"}"#),
      (400, "<html>Bad Request</html>"),
      (422, #"{"detail":[{"loc":["body","client_id"],"msg":"Field required","type":"missing"}]}"#),
    ])
    func `a server that is merely down quarantines nothing`(_ status: Int, _ body: String) throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      server.with { $0.refusal = Layer1Refusal(everything: status, body) }
      let device = try stage.device("one", .laptop, hub: server.url)
      for _ in 0..<3 { #expect(try device.sync().code == 75) }
      #expect(try value(device.library, "SELECT count(*) FROM mediasync_quarantine") == .integer(0))
      // The search for the change takes a few requests, not one per change.
      #expect(server.with { $0.requests.count { $0.hasSuffix("/send") } } <= 3 * 12)
      server.with { $0.refusal = nil }
      #expect(try device.sync().code == 0)
      #expect(server.with { $0.log.count } > 200)
    }

    @Test(arguments: [nil, foreign, "{}"])
    func `a server that has retired layer 1 is named in one line, whatever its capabilities`(
      _ capabilities: String?
    )
      throws
    {
      for fixture in [Fixture.laptop, .empty] {
        let stage = try Stage(withHub: false)
        let server = try Layer1Server()
        server.with { ($0.isRetired, $0.capabilities) = (true, capabilities) }
        // If there is nothing to push, the pull gets the 410.
        let device = try stage.device("one", fixture, hub: server.url)
        let end = try device.sync()
        #expect(end.code != 0)
        let lines = end.errors.split(separator: "\n").filter { $0.lowercased().contains("retired") }
        #expect(lines.count == 1, "\(end.errors)")
        #expect(lines.first?.contains("mediasync hub") == true, "\(end.errors)")
      }
    }

    @Test func `a server with capabilities of another protocol is still used by layer 1`() throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      server.with { $0.capabilities = Self.foreign }
      let (one, two) = (
        try stage.device("one", .laptop, hub: server.url), try stage.device("two", hub: server.url)
      )
      try stage.waitUntilInStep([one, two])
      let count = "SELECT count(*) FROM Media"
      #expect(try value(one.library, count) == value(two.library, count))
    }

    @Test(arguments: ["<!DOCTYPE html><html><body>Log in to our Wi-Fi</body></html>", "[]", "", "null"])
    func `a captive portal's page is not taken for a server`(_ page: String) throws {
      let stage = try Stage(withHub: false)
      let server = try Layer1Server()
      server.with { $0.capabilities = page }
      #expect(try stage.device("one", .laptop, hub: server.url).sync().code == 75)
      #expect(server.with { $0.requests } == ["GET /sync/capabilities"])
    }

    @Test func `a library in step with a hub sends nothing to a server of another protocol`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      #expect(try device.sync().code == 0)
      let server = try Layer1Server()
      server.with { $0.capabilities = Self.foreign }
      device.environment["MEDIASYNC_HUB_URL"] = server.url
      let end = try device.sync()
      #expect(end.code == 75)
      #expect(said(end).contains("sync-v2-m1"), "\(end.errors)")
      #expect(server.with { $0.requests } == ["GET /sync/capabilities"])
    }
  }
}
