import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Devices that return after the hub has dropped what they missed, with real programs.
  @Suite struct LongAbsences {
    /// The changes of one device while the other was away, and what the absent one's user typed.
    private struct Absence {
      let stage: Stage
      let here: DaemonProcess
      let away: DaemonProcess
      /// Media in the order in which they were added. The first was edited on both, the second only on the
      /// absent device. The third was deleted, and edited on the absent device in the meantime. The fourth
      /// and fifth were deleted.
      let media: [String]
      /// Added on the absent device.
      let added: String
    }

    private func absence() throws -> Absence {
      let stage = try Stage()
      let (here, away) = (try stage.device("here"), try stage.device("away"))
      let one = try SampleLibrary(here.library, client: "app-here", seed: 1)
      let media = try (0..<8).map {
        try one.addMedia(
          NewMedia(
            url: "https://a.example/\($0)", title: "first \($0)", content: "text \($0)", keywords: ["k\($0)"])
        )
      }
      try stage.waitUntilInStep([here, away])
      let two = try SampleLibrary(away.library, client: "app-away", seed: 2)
      try two.updateMedia(media[0], title: "typed while away")
      try two.updateMedia(media[1], title: "typed while away, too")
      try two.updateMedia(media[2], title: "typed into what is deleted")
      let added = try two.addMedia(
        NewMedia(
          url: "https://b.example", title: "added while away", content: "more", keywords: ["k0", "new"]))
      try one.updateMedia(media[0], content: "written at home")
      for uuid in media[2...4] { try one.softDelete(uuid) }
      #expect(try here.sync().code == 0)
      try passTime(stage, here)
      return Absence(stage: stage, here: here, away: away, media: media, added: added)
    }

    /// Moves the time forward: the hub notes pulls once a minute, and that minute has passed. Stops the hub.
    private func passTime(_ stage: Stage, _ here: DaemonProcess) throws {
      try stage.hub.stop()
      let noted = try SQLiteConnection(stage.hub.file())
      try noted.execute("UPDATE senders SET last_seen = '2026-01-01T00:00:00.000Z'")
      try stage.hub.start()
      #expect(try here.sync().code == 0)
      try stage.hub.stop()
    }

    /// Restarts the hub with a retention that has expired for all of that.
    private func forget(_ stage: Stage, until done: String) throws {
      usleep(1_300_000)
      stage.hub.options = ["--retention", "1s"]
      try stage.hub.start()
      let file = stage.hub.file()
      #expect(try poll(20) { try value(file, done) == .integer(1) }, "\(stage.hub.errors)")
    }

    private func title(_ device: DaemonProcess, _ uuid: String) throws -> SQLValue? {
      try value(device.library, "SELECT title FROM Media WHERE uuid = '\(uuid)'")
    }

    /// What holds whether or not the hub still knows the deletions.
    private func expectHome(_ absence: Absence) throws {
      let (here, away) = (absence.here, absence.away)
      try away.run()
      try away.awaitInStep()
      let log = away.program?.errors ?? ""
      let begun = log.split(separator: "\n").filter { $0.contains("event=snapshot-begun") }
      #expect(begun.contains { $0.contains("code=cursor_too_old") }, "\(log)")
      #expect(try away.control("verify").code == 0)
      #expect(try here.sync().code == 0)
      try away.awaitInStep()
      for device in [here, away] {
        #expect(try title(device, absence.media[0]) == .text("typed while away"))
        let content = "SELECT content FROM Media WHERE uuid = '\(absence.media[0])'"
        #expect(try value(device.library, content) == .text("written at home"))
        #expect(try title(device, absence.media[1]) == .text("typed while away, too"))
        #expect(try title(device, absence.added) == .text("added while away"))
        #expect(try LibraryHealth.problems(device.library) == [])
        for uuid in absence.media[3...4] {
          #expect(
            try value(device.library, "SELECT deleted FROM Media WHERE uuid = '\(uuid)'") == .integer(1))
        }
      }
      let standing = try [here, away].map { device in
        try LibraryDigest(device.library, links: .live).lines.filter { !$0.contains(" deleted=1 ") }
      }
      #expect(standing[0] == standing[1])
      let status = try away.status()
      #expect(status.quarantined == 0 && status.parked == 0)
    }

    @Test func `a device that was declared gone returns after the hub forgot rows, and ends equal`()
      throws
    {
      let absence = try absence()
      let hub = absence.stage.hub
      let list = try hub.command("device", "list", "--data", hub.data, "--library", "home", "--json")
      let devices = try #require(
        JSONNode.parse(Data(list.output.utf8))?.list, "\(list.output) \(list.errors)")
      let id = try #require(devices.first { $0["device"]?.text == "away" }?["device_id"]?.text)
      #expect(try hub.command("device", "forget", "--data", hub.data, "--library", "home", id).code == 0)
      try forget(
        absence.stage, until: "SELECT count(*) >= 3 FROM \"rows\" WHERE entity = 'Media' AND standing = 2")
      try expectHome(absence)
      // It counts again, and the text typed into the deleted medium has opened it again or is kept.
      let again = try hub.command("device", "list", "--data", hub.data, "--library", "home")
      #expect(!again.output.contains("gone"), "\(again.output)")
      try expectKept("typed into what is deleted", absence)
    }

    @Test func `a device that was away longer than the retention ends equal`() throws {
      let absence = try absence()
      try forget(absence.stage, until: "SELECT value > 0 FROM meta WHERE name = 'min_change_id'")
      try expectHome(absence)
      try absence.stage.expectEqual([absence.here, absence.away])
      try expectKept("typed into what is deleted", absence)
    }

    @Test func `values that a device lost during a long absence are listed and can be restored`() throws {
      let stage = try Stage()
      let (here, away) = (try stage.device("here"), try stage.device("away"))
      let two = try SampleLibrary(away.library, client: "app-away", seed: 2)
      let uuid = try two.addMedia(NewMedia(url: "https://a.example", title: "first", content: "text"))
      try stage.waitUntilInStep([away, here])
      let one = try SampleLibrary(here.library, client: "app-here", seed: 1)
      try two.updateMedia(uuid, title: "typed before it left")
      usleep(20_000)
      try one.updateMedia(uuid, title: "typed later, out of reach")
      for device in [away, here] { #expect(try device.sync().code == 0) }
      try passTime(stage, here)
      try forget(
        stage,
        until: """
          SELECT CAST(value AS INTEGER) >= (SELECT max(position) FROM log) FROM meta WHERE name = 'min_change_id'
          """)
      for device in [away, here] {
        try device.run()
        try device.awaitInStep()
      }
      let log = away.program?.errors ?? ""
      #expect(log.contains("code=cursor_too_old"), "\(log)")
      #expect(try title(away, uuid) == .text("typed later, out of reach"))
      let listed = try away.control("conflicts", "list", "--json")
      let list = try #require(JSONNode.parse(Data(listed.output.utf8)), "\(listed.output) \(listed.errors)")
      let found = list["conflicts"]?.list?.filter { $0["columns"]?.list?.contains(.text("title")) == true }
      let item = try #require(found?.first, "\(listed.output)")
      #expect(found?.count == 1 && item["winner"]?.text == "app-here", "\(listed.output)")
      let id = String(try #require(item["id"]?.integer))
      #expect(try away.control("conflicts", "show", id).output.contains("typed before it left"))
      let restored = try away.control("conflicts", "restore", id)
      #expect(restored.code == 0, "\(restored.errors)")
      #expect(try poll(20) { try title(here, uuid) == .text("typed before it left") })
      for device in [away, here] { try device.awaitInStep() }
      try stage.expectEqual([here, away])
    }

    /// Expects the text in both libraries, or in a conflict record of the device that typed it.
    private func expectKept(_ text: String, _ absence: Absence) throws {
      let titles = try [absence.here, absence.away].map { try title($0, absence.media[2]) }
      let records = try value(
        absence.away.library, "SELECT count(*) FROM mediasync_conflicts WHERE losing LIKE '%\(text)%'")
      #expect(titles == [.text(text), .text(text)] || records == .integer(1), "\(titles)")
    }
  }
}
