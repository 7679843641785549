import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// A disk fills up under running programs and then has space again: work resumes by itself (promises 3 and
  /// 8).
  @Suite(.enabled(if: SmallDisk.works, "needs the right to mount a tmpfs")) struct FullDisks {
    @Test func `a device with a full disk waits, says so once, and continues when there is space`() throws {
      let stage = try Stage()
      let source = try stage.device("source", nil)
      try LibraryGenerator(seed: 41, media: 150).write(to: source.library)
      #expect(try source.sync().code == 0)
      let device = try stage.device("small", nil)
      let disk = try SmallDisk(mountedAt: device.directory + "/disk", kibibytes: 1000)
      defer { disk.release() }
      try Fixture.empty.copy(to: disk.path + "/library.sqlite")
      device.library = disk.path + "/library.sqlite"
      device.environment.merge(Stage.impatience) { $1 }
      let daemon = try device.run()
      try expectFull(device, "the disk that holds")
      #expect(try value(device.library, "PRAGMA integrity_check") == .text("ok"))
      try disk.grow(kibibytes: 60_000)
      try source.run()
      try stage.expectRest([device, source], typed: TypedRecord(), seed: 41)
      #expect(lines(of: daemon, "is full") == 1, "\(daemon.errors)")
    }

    @Test func `a device that cannot write at all keeps what the application could still write`() throws {
      let stage = try Stage()
      let device = try stage.device("small", nil)
      let disk = try SmallDisk(mountedAt: device.directory + "/disk", kibibytes: 900)
      defer { disk.release() }
      try Fixture.empty.copy(to: disk.path + "/library.sqlite")
      device.library = disk.path + "/library.sqlite"
      device.environment.merge(Stage.impatience) { $1 }
      let typed = TypedRecord()
      let typist = Typist(library: device.library, device: "full", seed: 3, record: typed, pause: 1...3)
      let daemon = try device.run()
      #expect(poll(30) { (typist.soFar.refused[13] ?? 0) > 3 }, "\(typist.soFar)")
      poll(3) { lines(of: daemon, "is full") > 0 }
      #expect(typist.stop().trouble == nil)
      try disk.grow(kibibytes: 60_000)
      try stage.expectRest([device], typed: typed, seed: 3)
      #expect(lines(of: daemon, "is full") <= 1, "\(daemon.errors)")
    }

    @Test func `a hub with a full disk accepts nothing, says so, and continues when there is space`() throws {
      let stage = try Stage(withHub: false)
      let disk = try SmallDisk(mountedAt: stage.hub.data, kibibytes: 900)
      defer { disk.release() }
      try stage.hub.start()
      let devices = try [stage.device("one", nil), stage.device("two", nil)]
      for (index, device) in devices.enumerated() {
        try LibraryGenerator(seed: 42 + UInt64(index), media: 150, client: "app-\(index)")
          .write(to: device.library)
        device.environment.merge(Stage.impatience) { $1 }
        try device.run()
      }
      for device in devices { try expectFull(device, "the hub's disk is full") }
      let log = try RestProof.head(of: stage.hub)
      try stage.hub.kill()
      try stage.hub.start()
      #expect(try RestProof.head(of: stage.hub) >= log)
      for device in devices { try expectFull(device, "the hub's disk is full") }
      try disk.grow(kibibytes: 100_000)
      try stage.expectRest(devices, typed: TypedRecord(), seed: 42)
    }

    /// Waits until a device says that it waits and why, with changes still pending.
    private func expectFull(
      _ device: DaemonProcess, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let isSaid = try poll(60) {
        let status = try device.status()
        return status.state == "waiting" && status.reason?.contains(reason) == true
      }
      let last = try device.status()
      #expect(isSaid, "\(last.state): \(last.reason ?? "no reason")", sourceLocation: sourceLocation)
    }

    private func lines(of program: RunningProgram, _ text: String) -> Int {
      program.errors.split(separator: "\n").count { $0.contains(text) }
    }
  }
}
