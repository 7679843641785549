import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  @Suite struct Crashes {
    @Test func `kill -9 during a catch-up loses nothing and applies nothing twice`() throws {
      let stage = try Stage()
      let source = try stage.device("source", nil)
      try LibraryGenerator(seed: 11, media: 300).write(to: source.library)
      #expect(try source.sync().code == 0)
      let target = try stage.device("target")
      var kills = 0
      var seen: Int64 = 0
      // Each time a little later: kills the daemon as soon as more rows have arrived.
      while kills < 5 {
        let program = try target.startSync()
        poll(60, step: 0.001) {
          let rows = (try? value(target.library, "SELECT count(*) FROM Media"))??.integer ?? 0
          defer { seen = max(seen, rows) }
          return rows > seen || !program.isRunning
        }
        guard program.isRunning else { break }
        program.signal(SIGKILL)
        try program.end(within: 10)
        kills += 1
      }
      try stage.waitUntilInStep([target, source])
      try stage.expectEqual([source, target])
      #expect(try LibraryHealth.problems(target.library) == [])
    }

    @Test func `kill -9 during a push loses nothing and sends nothing twice`() throws {
      let stage = try Stage()
      let source = try stage.device("source", nil)
      try LibraryGenerator(seed: 12, media: 300).write(to: source.library)
      for delay in [0.05, 0.15, 0.3] {
        let program = try source.startSync()
        poll(delay, step: 0.005) { !program.isRunning }
        program.signal(SIGKILL)
        try program.end(within: 10)
      }
      let target = try stage.device("target")
      try stage.waitUntilInStep([source, target])
      try stage.expectEqual([source, target])
    }

    @Test func `daemons catch up after the hub was killed and restarted`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      try one.run()
      try two.run()
      try one.awaitInStep()
      try stage.hub.kill()
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try here.addMedia(NewMedia(url: "u", title: "while away", content: "text"))
      #expect(try poll(15) { try one.status().state == "waiting" })
      #expect(try poll(5) { try one.status().pendingLocal > 0 })
      try stage.hub.start()
      #expect(try one.control("trigger", "--wait").code == 0)
      #expect(try poll(30) { try value(two.library, "SELECT count(*) FROM Media") == .integer(1) })
    }

    @Test func `SIGTERM ends the daemon within two seconds, also while it applies a page`() throws {
      let stage = try Stage()
      let source = try stage.device("source", nil)
      try LibraryGenerator(seed: 13, media: 300).write(to: source.library)
      #expect(try source.sync().code == 0)
      let busy = try stage.device("busy")
      try busy.run()
      poll(20, step: 0.002) {
        ((try? value(busy.library, "SELECT count(*) FROM Media"))??.integer ?? 0) > 0
      }
      #expect(try busy.stop() < .seconds(2))
      try busy.run()
      try busy.awaitInStep()
      #expect(try busy.stop() < .seconds(2))
      try stage.expectEqual([source, busy])
    }
  }
}
