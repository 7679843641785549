import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// The real programs, killed again and again during edits (promise 1).
  @Suite struct Kills {
    @Test(arguments: [UInt64(2026)])
    func `after random kills during edits on both sides everything ends equal and nothing is lost`(
      _ seed: UInt64
    ) throws {
      let stage = try Stage()
      let typed = TypedRecord()
      let devices = try [("one", nil), ("two", Fixture.desktop)].map { try stage.device($0, $1) }
      try LibraryGenerator(seed: seed, media: 150, client: "app-old").write(to: devices[0].library)
      for device in devices {
        device.environment.merge(Stage.impatience) { $1 }
        try device.run()
      }
      let typists = devices.enumerated().map { index, device in
        Typist(
          library: device.library, device: "kill\(index)", seed: seed + UInt64(index), record: typed,
          pause: 5...60)
      }
      var campaign = KillCampaign(
        hub: stage.hub, devices: devices, plan: .init(seed: seed, kills: 40, seconds: 45))
      let outcome = try campaign.run()
      let typing = typists.map { $0.stop() }
      #expect(outcome.kills >= 24 && outcome.hub > 0 && outcome.daemons > 0, "\(outcome)")
      #expect(typing.compactMap(\.trouble) == [])
      try stage.expectRest(devices, typed: typed, seed: seed)
      #expect(typed.count > 100, "\(typed.count) values were typed")
    }
  }
}
