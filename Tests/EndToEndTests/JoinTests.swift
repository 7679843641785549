import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// A recreated hub, or another one, with real programs.
  @Suite struct Joins {
    @Test func `after their hub was recreated, libraries say what restores everything, and it does`() throws {
      let stage = try Stage()
      let devices = [try stage.device("one", .laptop), try stage.device("two")]
      try stage.waitUntilInStep(devices)
      for device in devices {
        device.environment.merge(Stage.impatience) { $1 }
        try device.run()
        try device.awaitInStep()
      }
      // The hub's data is lost, and there is no copy of it.
      try stage.hub.kill()
      try FileManager.default.removeItem(atPath: stage.hub.data)
      try stage.hub.start()
      for (device, name) in zip(devices, ["one", "two"]) {
        try device.setToken(stage.hub.token(device: name))
      }
      let here = try SampleLibrary(devices[0].library, client: "app-one", seed: 1)
      let typed = try here.addMedia(NewMedia(url: "mine", title: "typed meanwhile", content: "text"))
      for device in devices {
        _ = try device.control("trigger")
        #expect(try poll(30) { try device.status().reason?.contains("resync --join") == true })
        #expect(try device.status().state == "blocked")
        // An invalid log id changes nothing.
        #expect(try device.control("resync").code == 78)
      }
      #expect(try value(stage.hub.file(), "SELECT count(*) FROM log") ?? .integer(0) == .integer(0))
      for device in devices {
        let end = try device.control("resync", "--join")
        #expect(end.code == 0, "\(end.output) \(end.errors)")
        try device.awaitInStep()
      }
      try RestProof.awaitRest(stage.hub, devices, within: 60)
      let end = try devices[1].control("resync", "--join")
      #expect(end.code == 0, "joined already, it starts over: \(end.errors)")
      try RestProof.awaitRest(stage.hub, devices, within: 60)
      let fresh = try stage.device("fresh")
      #expect(try fresh.sync().code == 0)
      try stage.expectEqual(devices + [fresh])
      #expect(
        try value(fresh.library, "SELECT title FROM Media WHERE uuid = '\(typed)'")
          == .text("typed meanwhile"))
      for device in devices { #expect(try device.control("verify").code == 0) }
    }
  }
}
