import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// A daemon or hub killed during its start or a pause; and two daemons where one belongs.
  @Suite struct Starts {
    @Test func `a reader that closes the pipe in the middle of a line does not end the daemon`() throws {
      let stage = try Stage()
      let device = try stage.device("one")
      let program = try device.run()
      try device.awaitInStep()
      program.signal(SIGPIPE)
      #expect(try device.control("trigger", "--wait").code == 0)
      #expect(program.isRunning)
    }

    @Test func `a daemon killed at any moment of its first start leaves complete state or none`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      device.environment.merge(Stage.impatience) { $1 }
      var (without, with) = (0, 0)
      var random = SeededGenerator(seed: 5)
      // Later and later, until the state was complete a few times.
      for delay in stride(from: 2, to: 600, by: 6) where with < 6 {
        try device.launch()
        usleep(UInt32(delay * 1000 + random.number(0...5000)))
        try device.kill()
        let tables = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'mediasync\\_%' ESCAPE '\\'"
        if try value(device.library, tables) == .integer(0) {
          without += 1
          continue
        }
        with += 1
        let state = "SELECT group_concat(name) FROM (SELECT name FROM mediasync_state ORDER BY name)"
        let names = try value(device.library, state)?.text ?? ""
        for name in ["device_id", "incarnation", "pulled", "pushed", "schema_version"] {
          #expect(names.contains(name), "\(names)")
        }
      }
      #expect(without > 0 && with > 0, "\(without) without, \(with) with")
      try device.run()
      try stage.expectRest([device], typed: TypedRecord(), seed: 5)
      let senders = try SQLiteConnection(stage.hub.file(), .readOnly)
        .rows("SELECT DISTINCT device FROM senders JOIN log ON log.sender = senders.id")
      #expect(senders.count == 1)
    }

    @Test func `a hub killed at any moment of its first start keeps one log, and works`() throws {
      let stage = try Stage(withHub: false)
      let devices = try [stage.device("one", .laptop), stage.device("two", .desktop)]
      for device in devices {
        device.environment.merge(Stage.impatience) { $1 }
        try device.run()
      }
      var logs: Set<String> = []
      for delay in stride(from: 5, to: 400, by: 16) {
        try stage.hub.launch()
        usleep(UInt32(delay * 1000))
        try stage.hub.kill()
        let log = try? SQLiteConnection(stage.hub.file(), .readOnly)
          .value("SELECT value FROM meta WHERE name = 'log_id'")
        if let name = log?.text { logs.insert(name) }
      }
      try stage.hub.start()
      try stage.expectRest(devices, typed: TypedRecord(), seed: 0)
      #expect(logs.count <= 1)
    }

    @Test func `a daemon killed during a pause is still paused, and misses nothing`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      try one.run()
      try one.awaitInStep()
      #expect(try one.control("pause").code == 0)
      try one.kill()
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try here.addMedia(NewMedia(url: "u", title: "typed while paused", content: "text"))
      try one.run()
      #expect(try poll(10) { try one.status().state == "paused" })
      #expect(try two.sync().code == 0)
      let count = "SELECT count(*) FROM Media WHERE title = 'typed while paused'"
      #expect(try value(two.library, count) == .integer(0))
      #expect(try one.status().state == "paused")
      try one.control("resume")
      try one.awaitInStep()
      #expect(try two.sync().code == 0)
      #expect(try value(two.library, count) == .integer(1))
      try stage.expectEqual([one, two])
    }

    @Test func `a second daemon on one library waits, says why, and takes over when the first is gone`()
      throws
    {
      let stage = try Stage()
      let (one, other) = (try stage.device("one"), try stage.device("other", nil))
      other.library = one.library
      try other.setToken(
        String(contentsOfFile: one.tokenFile, encoding: .utf8).trimmingCharacters(in: .newlines))
      for device in [one, other] { device.environment.merge(Stage.impatience) { $1 } }
      try one.run()
      try one.awaitInStep()
      let second = try other.run()
      let isSaid = try poll(10) {
        let status = try other.status()
        return status.state == "waiting" && status.reason?.contains("another mediasyncd") == true
      }
      let reason = try other.status().reason
      #expect(isSaid, "\(reason ?? "no reason")")
      let end = try one.sync()
      #expect(end.code == 75 && end.errors.contains("another mediasyncd"), "\(end.code) \(end.errors)")
      let typed = TypedRecord()
      let typist = Typist(
        library: one.library, device: "both", seed: 6, record: typed, pause: 5...20, most: 40)
      usleep(300_000)
      try one.kill()
      #expect(typist.finish().trouble == nil)
      try stage.expectRest([other], typed: typed, seed: 6)
      #expect(second.errors.split(separator: "\n").count { $0.contains("another mediasyncd") } == 1)
    }

    @Test func `a daemon stopped during a large catch-up exits at once and loses nothing`()
      throws
    {
      let stage = try Stage()
      let source = try stage.device("source", nil)
      try LibraryGenerator(seed: 14, media: 300).write(to: source.library)
      try source.run()
      try source.awaitInStep()
      let busy = try stage.device("busy")
      let typed = TypedRecord()
      let typist = Typist(library: busy.library, device: "busy", seed: 14, record: typed, pause: 5...30)
      var stops = 0
      for rows in stride(from: Int64(20), to: 280, by: 60) {
        try busy.run()
        poll(20, step: 0.002) {
          ((try? value(busy.library, "SELECT count(*) FROM Media"))??.integer ?? 0) > rows
        }
        #expect(try busy.stop() < .seconds(2))
        stops += 1
      }
      #expect(typist.stop().trouble == nil)
      #expect(stops == 5)
      try busy.run()
      try stage.expectRest([source, busy], typed: typed, seed: 14)
    }
  }
}
