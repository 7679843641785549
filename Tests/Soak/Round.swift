import Foundation
import SampleApplication

/// One history: two full libraries meet, people edit both, and a third device joins with nothing and takes a
/// snapshot. All of them and the hub are killed again and again, and the network is faulty. If requested,
/// every other round restores the hub from an older copy of its data in the middle.
final class Round {
  /// The counts of edits and faults.
  struct Figures {
    var kills = 0
    var hubKills = 0
    var starting = 0
    var faults = 0
    var edits = 0
    var typed = 0
    var positions = 0
    var restored = 0
    var seconds = 0.0

    mutating func add(_ other: Figures) {
      kills += other.kills
      hubKills += other.hubKills
      starting += other.starting
      faults += other.faults
      edits += other.edits
      typed += other.typed
      positions += other.positions
      restored += other.restored
      seconds += other.seconds
    }

    var described: String {
      "\(kills) kills (\(hubKills) of the hub, \(starting) while starting), \(faults) network faults, "
        + "hub restored \(restored) times, \(edits) edits, \(typed) values typed, \(positions) log positions, "
        + "\(Int(seconds.rounded())) s"
    }
  }

  let directory: String
  private let programs: String
  private let seed: UInt64
  private let media: Int
  private let restores: Bool
  private let kills: Int
  private let hub: HubProcess
  private let plan: FaultPlan
  private let proxy: FaultProxy
  private let typed = TypedRecord()

  init(programs: String, seed: UInt64, media: Int, restores: Bool, kills: Int) throws {
    self.programs = programs
    self.seed = seed
    self.media = media
    self.restores = restores
    self.kills = kills
    directory = try makeTemporaryDirectory("soak")
    hub = try HubProcess(programs: programs, directory: directory)
    plan = FaultPlan(seed: seed, faults: NetworkFault.allCases, percent: 12, most: .max)
    proxy = try FaultProxy(hub: hub.port, plan: plan)
  }

  /// Removes everything.
  func remove() { try? FileManager.default.removeItem(atPath: directory) }

  /// Runs the history until rest; throws if something does not hold then.
  func run() throws -> Figures {
    let start = ContinuousClock.now
    var devices: [DaemonProcess] = []
    defer {
      for device in devices { try? device.kill() }
      try? hub.kill()
    }
    try hub.start()
    devices = [try device("one", full: true), try device("two", full: true)]
    let typists = devices.enumerated().map { index, device in
      Typist(
        library: device.library, device: "soak\(index)", seed: seed &* 10 &+ UInt64(index), record: typed,
        pause: 5...80)
    }
    var figures = Figures()
    try campaign(devices, kills: kills / 2, &figures)
    devices.append(try device("three", full: false))
    if restores, seed % 2 == 0 { try restoreHub(devices, &figures) }
    try campaign(devices, kills: kills - kills / 2, &figures)
    for typist in typists {
      let outcome = typist.stop()
      if let trouble = outcome.trouble { throw ProgramFailure(trouble) }
      figures.edits += outcome.edits
    }
    plan.end()
    try RestProof.awaitRest(hub, devices, within: 240)
    figures.positions = Int(try RestProof.head(of: hub))
    let fresh = try device("fresh", full: false, runs: false)
    let problems = try RestProof(hub: hub, devices: devices, fresh: fresh, typed: typed).problems()
    guard problems.isEmpty else { throw ProgramFailure(problems.joined(separator: "\n  ")) }
    figures.faults = plan.total
    figures.typed = typed.count
    figures.seconds = (ContinuousClock.now - start).inSeconds
    return figures
  }

  private func campaign(_ devices: [DaemonProcess], kills: Int, _ figures: inout Figures) throws {
    var campaign = KillCampaign(
      hub: hub, devices: devices,
      plan: .init(seed: seed &* 2 &+ UInt64(devices.count), kills: kills, seconds: 300))
    let outcome = try campaign.run()
    figures.kills += outcome.kills
    figures.hubKills += outcome.hub
    figures.starting += outcome.starting
  }

  /// Restores the hub's data of some seconds ago.
  private func restoreHub(_ devices: [DaemonProcess], _ figures: inout Figures) throws {
    try hub.kill()
    let copy = try hub.copyData(to: directory + "/hub-copy")
    try hub.start()
    usleep(4_000_000)
    try hub.kill()
    try hub.restoreData(from: copy)
    try hub.start()
    figures.restored += 1
  }

  private func device(_ name: String, full: Bool, runs: Bool = true) throws -> DaemonProcess {
    let device = try DaemonProcess(
      programs: programs, directory: directory + "/" + name, fixture: full ? nil : .empty,
      hub: runs ? proxy.url : hub.url, token: hub.token(device: name),
      // A device that runs a single cycle keeps a person's time limits: on a busy machine the hub may be
      // slow.
      environment: runs ? DaemonProcess.impatience : [:])
    if full {
      let seed = seed &* 100 &+ UInt64(name.utf8.count)
      try LibraryGenerator(seed: seed, media: media, client: "app-\(name)").write(to: device.library)
    }
    if runs { try device.launch() }
    return device
  }
}
