import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// One device deletes very much, and the other asks its user; with the real programs.
  @Suite struct HeldChanges {
    private static let live = "SELECT count(*) FROM Media WHERE deleted = 0"

    private func json(_ end: ProgramEnd) throws -> JSONNode {
      try #require(JSONNode.parse(Data(end.output.utf8)), "\(end.output) \(end.errors)")
    }

    /// Two devices with the same twelve media. The first deletes ten; the second runs and holds the
    /// deletions.
    private func deletion(_ stage: Stage) throws -> (deleting: DaemonProcess, asked: DaemonProcess) {
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      two.environment["MEDIASYNC_SYNC_BRAKE_ROWS"] = "5"
      let here = try SampleLibrary(one.library, client: "app-one", seed: 1)
      var media: [String] = []
      for number in 0..<12 {
        media.append(
          try here.addMedia(NewMedia(url: "u\(number)", title: "title \(number)", content: "text \(number)")))
      }
      try stage.waitUntilInStep([one, two])
      for uuid in media.prefix(10) { try here.softDelete(uuid) }
      #expect(try one.sync().code == 0)
      try two.run()
      let isHeld = try poll(30) {
        try json(two.control("changes", "--json"))["counts"]?.list?.first?["deleted"]?.integer == 10
      }
      #expect(isHeld)
      return (one, two)
    }

    @Test func `held changes are shown everywhere, and refused rows stay on every device`() throws {
      let stage = try Stage()
      let (one, two) = try deletion(stage)
      #expect(try value(two.library, Self.live) == .integer(12))
      let shown = try two.control("changes", "show")
      #expect(
        shown.output.contains("Media") && shown.output.contains("changes refuse --through"), "\(shown.output)"
      )
      #expect(try two.control("status").output.hasPrefix("Held"))
      #expect(try json(two.control("status", "--json"))["held"]?["rows"]?.integer == 10)
      #expect(try two.control("metrics").output.contains("mediasync_held_rows{"))
      #expect(try two.control("doctor", "--json").output.contains("changes-held"))
      #expect(try two.control("trigger", "--wait").code == 65)
      let devices = try stage.hub.command("device", "list", "--data", stage.hub.data, "--library", "home")
      #expect(devices.output.contains("holds later changes up to"), "\(devices.output)")
      // Local edits are pushed all the same.
      let there = try SampleLibrary(two.library, client: "app-two", seed: 2)
      try there.addMedia(NewMedia(url: "new", title: "new", content: "new"))
      #expect(try poll(20) { try stage.hub.knows("new") })
      let refused = try two.control("changes", "refuse")
      #expect(refused.code == 0, "\(refused.errors)")
      try two.awaitInStep()
      #expect(try two.control("changes", "accept").code == 66)
      #expect(try one.sync().code == 0)
      #expect(try value(one.library, Self.live) == .integer(13))
      try stage.expectEqual([one, two])
      for device in [one, two] { #expect(try LibraryHealth.problems(device.library) == []) }
    }

    @Test func `accepted changes are applied, and the hub can undo them for everybody`() throws {
      let stage = try Stage()
      let (one, two) = try deletion(stage)
      let through = try #require(try json(two.control("changes", "--json"))["through"]?.integer)
      #expect(try two.control("changes", "accept", "--through", "\(through + 1000)").code == 65)
      #expect(try two.control("changes", "accept", "--through", "\(through)").code == 0)
      #expect(try poll(20) { try value(two.library, Self.live) == .integer(2) })
      try two.awaitInStep()
      func rewind(_ more: String...) throws -> ProgramEnd {
        // Everything but the device's first changes: its media are its own work, too.
        let since = try value(
          stage.hub.file(), "SELECT min(server_timestamp) FROM log WHERE operation = 'delete'")
        guard case .text(let time)? = since else { throw ProgramFailure("nothing was deleted") }
        let base = [
          "rewind", "--data", stage.hub.data, "--library", "home", "--device", "one", "--since", time,
        ]
        return try RunningProgram(
          Stage.programs + "/mediasync-hub", base + more, directory: stage.directory
        ).end()
      }
      let dry = try rewind("--dry-run")
      let wouldGet = "Media: 10 would get their earlier values back"
      #expect(dry.output.contains(wouldGet), "\(dry.output) \(dry.errors)")
      #expect(try value(two.library, Self.live) == .integer(2))
      #expect(try rewind().output.contains("Media: 10 got their earlier values back"))
      #expect(try two.control("trigger", "--wait").code == 0)
      #expect(try value(two.library, Self.live) == .integer(12))
      #expect(try one.sync().code == 0)
      try stage.expectEqual([one, two])
      #expect(
        try stage.hub.command(
          "rewind", "--data", stage.hub.data, "--library", "home", "--device", "nobody", "--since", "1h"
        )
        .code != 0)
    }
  }
}
