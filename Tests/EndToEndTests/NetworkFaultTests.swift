import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// All network faults of an exchange (promise 4), through a proxy between real daemons and a real hub.
  @Suite struct NetworkFaults {
    @Test(arguments: NetworkFault.allCases)
    func `two devices end equal, and nothing is lost, in spite of`(_ fault: NetworkFault) throws {
      let plan = FaultPlan(seed: 7, faults: [fault], percent: 45, most: 6)
      try work(through: plan, seed: 7, edits: 25)
      #expect(plan.counts[fault] == 6, "it befell \(plan.total) exchanges")
    }

    @Test(arguments: [UInt64(1), 2])
    func `two devices end equal, and nothing is lost, in spite of all faults at once`(_ seed: UInt64) throws {
      let plan = FaultPlan(seed: seed, faults: NetworkFault.allCases, percent: 50, most: 40)
      try work(through: plan, seed: seed, edits: 120)
      #expect(plan.total == 40)
    }

    /// Two people edit libraries with many common rows, until the plan has no faults left.
    private func work(through plan: FaultPlan, seed: UInt64, edits: Int) throws {
      let stage = try Stage()
      let proxy = try FaultProxy(hub: stage.hub.port, plan: plan)
      let typed = TypedRecord()
      let devices = try ["one", "two"].enumerated().map { index, name in
        let device = try stage.device(name, nil)
        try LibraryGenerator(seed: seed + UInt64(index), media: 12, client: "app-\(name)").write(
          to: device.library)
        device.environment.merge(Stage.impatience) { $1 }
        device.environment["MEDIASYNC_HUB_URL"] = proxy.url
        device.environment["MEDIASYNC_HUB_REQUEST_TIMEOUT"] = "1s"
        try device.run()
        return device
      }
      let typists = devices.enumerated().map { index, device in
        Typist(
          library: device.library, device: "net\(index)", seed: seed + UInt64(index), record: typed,
          pause: 20...60, most: edits)
      }
      #expect(typists.compactMap { $0.finish().trouble } == [])
      // Then one edit at a time: each causes exchanges, and so chances for the remaining faults.
      let last = try SampleLibrary(devices[0].library, client: "app-last", seed: seed)
      poll(60, step: 0.1) {
        _ = try? last.addMedia(
          NewMedia(url: "https://last/\(UUID())", title: "one more", content: "text \(UUID())"))
        return plan.isSpent
      }
      try stage.expectRest(devices, typed: typed, seed: seed)
    }
  }
}
