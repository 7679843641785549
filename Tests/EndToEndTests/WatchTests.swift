import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// `mediasyncctl watch`, and the progress of a long catch-up.
  @Suite struct Watching {
    private struct Event: Decodable {
      let event: String
      let status: DaemonStatus?
      let progress: Progress?
      let named: [Row]?
      let attempts: Int?
      let outage: Double?

      private enum CodingKeys: String, CodingKey {
        case event, status, progress, named, attempts
        case outage = "outage_seconds"
      }
    }

    private struct Row: Decodable, Equatable {
      let entity: String?
      let uuid: String?
      let code: String?
      let direction: String?
    }

    private struct Progress: Decodable {
      let phase: String
      let done: Int
      let total: Int?
    }

    private func watch(_ device: DaemonProcess, _ arguments: String...) throws -> RunningProgram {
      try RunningProgram(
        Stage.programs + "/mediasyncctl", ["--socket", device.socket, "watch"] + arguments,
        directory: device.directory)
    }

    private func events(_ program: RunningProgram) throws -> [Event] {
      try program.output.split(separator: "\n").map {
        try JSONDecoder().decode(Event.self, from: Data($0.utf8))
      }
    }

    @Test func `watch prints events as they happen`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two"))
      try two.run()
      try two.awaitInStep()
      let json = try watch(two, "--json")
      let plain = try watch(two)
      #expect(try poll(10) { try !events(json).isEmpty && !plain.output.isEmpty })
      #expect(try events(json).first?.status?.state == "in-sync")
      #expect(try one.sync().code == 0)
      #expect(try poll(20) { try events(json).contains { $0.event == "in-step" } })
      #expect(try two.control("pause").code == 0)
      #expect(try poll(10) { try events(json).contains { $0.event == "paused" } })
      #expect(try poll(10) { try events(json).last?.status?.state == "paused" })
      #expect(poll(10) { plain.output.contains("  paused") && plain.output.contains("pulled") })
      #expect(!plain.output.contains("\u{1B}") && !plain.output.contains("\r"))
      try two.stop()
      for program in [json, plain] {
        let end = try program.end(within: 10)
        #expect(end.code == 69 && end.errors.contains("closed the connection"), "\(end.errors)")
      }
    }

    @Test func `a long catch-up shows its progress`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      try two.run()
      try two.awaitInStep()
      #expect(try two.control("pause").code == 0)
      let library = try SampleLibrary(one.library, client: "app-one", seed: 1)
      for number in 0..<2500 {
        try library.addMedia(NewMedia(url: "u\(number)", title: "title \(number)", content: "text \(number)"))
      }
      #expect(try one.sync().code == 0)
      let json = try watch(two, "--json")
      #expect(try poll(10) { try !events(json).isEmpty })
      #expect(try two.control("resume").code == 0)
      try two.awaitInStep()
      #expect(try poll(10) { try events(json).contains { $0.event == "in-step" } })
      let told = try events(json).compactMap(\.progress).filter { $0.phase == "pull" }
      #expect(!told.isEmpty, "nothing was said of 2500 changes")
      for progress in told { #expect((0...(progress.total ?? 0)).contains(progress.done)) }
      json.signal(SIGKILL)
      try json.end(within: 10)
    }

    @Test func `watch reports the hub's return, and how long it was away, before the catch-up starts`()
      throws
    {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      two.environment.merge(DaemonProcess.impatience) { $1 }
      try two.run()
      try two.awaitInStep()
      let json = try watch(two, "--json")
      #expect(try poll(10) { try !events(json).isEmpty })
      #expect(try two.control("pause").code == 0)
      let library = try SampleLibrary(one.library, client: "app-one", seed: 1)
      for number in 0..<2500 {
        try library.addMedia(NewMedia(url: "u\(number)", title: "title \(number)", content: "text \(number)"))
      }
      #expect(try one.sync().code == 0)
      try stage.hub.stop()
      #expect(try two.control("resume").code == 0)
      #expect(try poll(20) { try two.status().attempt >= 2 })
      try stage.hub.start()
      #expect(try poll(60) { try events(json).contains { $0.event == "in-step" } })
      let told = try events(json)
      #expect(told.count { $0.event == "waiting" } == 1)
      let back = try #require(told.firstIndex { $0.event == "recovered" })
      #expect(told.count { $0.event == "recovered" } == 1)
      #expect(told[back].attempts ?? 0 >= 2 && told[back].outage ?? 0 > 0)
      let inStep = try #require(told.lastIndex { $0.event == "in-step" })
      let between = told[back..<inStep].compactMap(\.progress).filter { $0.phase == "pull" }
      #expect(!between.isEmpty, "nothing of the catch-up comes behind the line that the hub is back")
      json.signal(SIGKILL)
      try json.end(within: 10)
    }

    @Test func `quarantined rows are named as in the journal`() throws {
      let stage = try Stage()
      let device = try stage.device("one")
      try device.run()
      try device.awaitInStep()
      let json = try watch(device, "--json")
      #expect(try poll(10) { try !events(json).isEmpty })
      try SQLiteConnection(device.library, .readWrite).execute(
        """
        INSERT INTO sync_log (entity, entity_uuid, operation, timestamp, client_id, version, payload)
        VALUES ('Podcasts', 'some-uuid', 'create', '2026-01-01T00:00:00.000Z', 'app', 1, '{}')
        """)
      #expect(try poll(20) { try events(json).contains { $0.event == "quarantined" } })
      let event = try #require(try events(json).first { $0.event == "quarantined" })
      // All rows of an unknown entity share one record, which names none of them.
      #expect(
        event.named == [Row(entity: "Podcasts", uuid: "", code: "unknown_entity", direction: "push")])
      json.signal(SIGKILL)
      try json.end(within: 10)
    }

    @Test func `without a terminal one cycle prints nothing more`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      let end = try device.sync()
      #expect(end.code == 0 && !end.errors.contains("\u{1B}") && !end.errors.contains("\r"))
    }

    @Test func `a wait includes what was written just before it`() throws {
      let stage = try Stage()
      let device = try stage.device("one")
      device.environment["MEDIASYNC_SYNC_DEBOUNCE"] = "300ms"
      try device.run()
      try device.awaitInStep()
      let library = try SampleLibrary(device.library, client: "app-one", seed: 1)
      for number in 0..<3 {
        try library.addMedia(NewMedia(url: "u\(number)", title: "title", content: "text \(number)"))
        #expect(try device.control("wait", "--synced", "--timeout", "30s").code == 0)
        let log = try value(device.library, "SELECT max(change_id) FROM sync_log")
        let pushed = try value(
          device.library, "SELECT value FROM mediasync_state WHERE name = 'pushed'")
        #expect(log == pushed, "\(String(describing: log)) \(String(describing: pushed))")
      }
    }
  }
}
