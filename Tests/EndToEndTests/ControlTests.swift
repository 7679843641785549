import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  @Suite struct Control {
    @Test func `without a daemon the control tool exits with 69 and one clear line`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("alone", .empty)
      for verb in ["status", "trigger", "pause", "resume", "wait"] {
        let end = try device.control(verb)
        #expect(end.code == 69, "\(verb)")
        let lines = end.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(end.errors)")
        #expect(end.errors.contains(device.socket))
      }
    }

    @Test func `status --json has every key that scripts rely on`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      try device.run()
      try device.awaitInStep()
      let end = try device.control("status", "--json")
      #expect(end.code == 0)
      let keys = try JSONDecoder().decode([String: Ignored].self, from: Data(end.output.utf8)).keys
      let promised = [
        "state", "reason", "since", "next_attempt", "attempt", "pending_local", "pulled_cursor", "hub_head",
        "last_success", "quarantined", "parked", "conflicts", "hub_url", "database", "device_id", "version",
      ]
      #expect(promised.filter { !keys.contains($0) } == [])
      let token = try String(contentsOfFile: device.tokenFile, encoding: .utf8).trimmingCharacters(
        in: .newlines)
      #expect(!end.output.contains(token))
      let first = try device.control("status").output.split(separator: "\n").first ?? ""
      #expect(first.lowercased().contains("in step"), "\(first)")
    }

    @Test func `wait exits with 0 when in step, and with 75 on timeout`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      try device.run()
      #expect(try device.control("wait", "--timeout", "30s").code == 0)
      let lonely = try stage.lonelyDevice("alone", .empty)
      try lonely.run()
      #expect(try lonely.control("wait", "--timeout", "1s").code == 75)
    }

    @Test func `a pause survives a restart, and nothing syncs until resume`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      try one.run()
      try one.awaitInStep()
      #expect(try one.control("pause").code == 0)
      #expect(try one.status().state == "paused")
      try one.stop()
      try one.run()
      #expect(try poll(5) { try one.status().state == "paused" })
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try here.addMedia(NewMedia(url: "u", title: "held back", content: "text"))
      #expect(try two.sync().code == 0)
      #expect(try value(two.library, "SELECT count(*) FROM Media") == .integer(0))
      #expect(try one.control("resume").code == 0)
      try one.awaitInStep()
      #expect(try two.sync().code == 0)
      #expect(try value(two.library, "SELECT count(*) FROM Media") == .integer(1))
    }

    @Test func `a trigger during a pause says so, starts nothing, and exits with 75`() throws {
      let stage = try Stage()
      let device = try stage.device("laptop", .laptop)
      try device.run()
      try device.awaitInStep()
      try device.control("pause")
      for end in [try device.control("trigger"), try device.control("trigger", "--wait")] {
        #expect(end.code == 75, "\(end.output)\(end.errors)")
        #expect(said(end).contains("paused"), "\(end.errors)")
      }
      #expect(try device.status().state == "paused")
      try device.control("resume")
      #expect(try device.control("trigger", "--wait").code == 0)
    }

    @Test func `a timed pause ends by itself`() throws {
      let stage = try Stage()
      let one = try stage.device("one", .laptop)
      try one.run()
      #expect(try one.control("pause", "--for", "2s").code == 0)
      #expect(try one.status().state == "paused")
      try one.awaitInStep(within: 20)
    }

    @Test func `a daemon that cannot reach its hub says so, with the next try`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("alone", .laptop)
      try device.run()
      #expect(try poll(15) { try device.status().state == "waiting" })
      let status = try device.status()
      #expect(status.reason?.contains("hub") == true)
      #expect(status.pendingLocal > 0)
      let line = try device.control("status").output.split(separator: "\n").first ?? ""
      #expect(line.lowercased().contains("wait"), "\(line)")
    }
  }
}

/// Any value, ignored.
private struct Ignored: Decodable {
  init(from decoder: any Decoder) throws {}
}
