import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Copies from yesterday restored in place, and interrupted snapshots, with real programs.
  @Suite struct Restores {
    @Test func `a hub restored under running daemons gets back everything that any of them still has`() throws
    {
      let stage = try Stage()
      let typed = TypedRecord()
      let devices = try ["one", "two"].map { try stage.device($0) }
      for device in devices {
        device.environment.merge(Stage.impatience) { $1 }
        try device.run()
      }
      try type(devices, "before", typed)
      try RestProof.awaitRest(stage.hub, devices, within: 60)
      try stage.hub.kill()
      try stage.hub.copyData(to: stage.directory + "/copy")
      try stage.hub.start()
      try type(devices, "lost", typed)
      try RestProof.awaitRest(stage.hub, devices, within: 60)
      let head = try RestProof.head(of: stage.hub)
      try stage.hub.kill()
      try stage.hub.restoreData(from: stage.directory + "/copy")
      #expect(try RestProof.head(of: stage.hub) < head)
      // People continue while the hub is away.
      try type(devices, "away", typed)
      try stage.hub.start()
      try stage.expectRest(devices, typed: typed, seed: 0)
    }

    @Test func `a device restored under a running hub keeps the changes of both incarnations`() throws {
      let stage = try Stage()
      let typed = TypedRecord()
      let devices = try ["one", "two"].map { try stage.device($0) }
      for device in devices {
        device.environment.merge(Stage.impatience) { $1 }
        try device.run()
      }
      try type(devices, "before", typed)
      try RestProof.awaitRest(stage.hub, devices, within: 60)
      let copy = stage.directory + "/copy.sqlite"
      try SQLiteConnection(devices[0].library).execute("VACUUM INTO '\(copy)'")
      try type(devices, "first", typed)
      try RestProof.awaitRest(stage.hub, devices, within: 60)
      try devices[0].kill()
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: devices[0].library + suffix)
      }
      try FileManager.default.copyItem(atPath: copy, toPath: devices[0].library)
      try type(devices, "second", typed)
      try devices[0].run()
      try stage.expectRest(devices, typed: typed, seed: 0)
    }

    @Test func `a new device killed repeatedly during its snapshot, with the hub, ends complete`()
      throws
    {
      let stage = try Stage()
      let source = try stage.device("source", nil)
      try LibraryGenerator(seed: 51, media: 300).write(to: source.library)
      source.environment.merge(Stage.impatience) { $1 }
      try source.run()
      try source.awaitInStep()
      let device = try stage.device("new")
      device.environment.merge(Stage.impatience) { $1 }
      try device.launch()
      let typed = TypedRecord()
      let typists = [source, device].enumerated().map { index, device in
        Typist(
          library: device.library, device: "snap\(index)", seed: UInt64(index), record: typed, pause: 10...60)
      }
      var campaign = KillCampaign(
        hub: stage.hub, devices: [device], plan: .init(seed: 51, kills: 16, seconds: 30))
      let outcome = try campaign.run()
      #expect(typists.compactMap { $0.stop().trouble } == [])
      #expect(outcome.kills >= 10, "\(outcome)")
      try stage.expectRest([source, device], typed: typed, seed: 51)
    }

    /// All users type for a while at the same time.
    private func type(_ devices: [DaemonProcess], _ when: String, _ typed: TypedRecord) throws {
      let typists = devices.enumerated().map { index, device in
        Typist(
          library: device.library, device: "\(when)\(index)", seed: UInt64(index + when.utf8.count * 7),
          record: typed, pause: 5...15, most: 40)
      }
      #expect(typists.compactMap { $0.finish().trouble } == [])
    }
  }
}
