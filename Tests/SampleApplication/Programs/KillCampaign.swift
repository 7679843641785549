import Foundation

/// Kills daemons and the hub with SIGKILL at random moments and restarts them, also during their start.
package struct KillCampaign {
  /// The parameters of a campaign.
  package struct Plan: Sendable {
    /// The seed of victims and moments.
    package var seed: UInt64
    /// The number of kills.
    package var kills: Int
    /// The time limit in seconds, which may end it before all kills.
    package var seconds: Double
    /// Milliseconds between two kills.
    package var pause = 20...350

    /// Takes seed, number and time limit.
    package init(seed: UInt64, kills: Int, seconds: Double) {
      self.seed = seed
      self.kills = kills
      self.seconds = seconds
    }
  }

  /// The kills that were made.
  package struct Outcome: Sendable {
    /// Kills of the hub.
    package var hub = 0
    /// Kills of daemons.
    package var daemons = 0
    /// How many of them hit a program that had just started.
    package var starting = 0

    /// All kills.
    package var kills: Int { hub + daemons }
  }

  private let hub: HubProcess
  private let devices: [DaemonProcess]
  private let plan: Plan
  private var random: SeededGenerator

  /// Takes a running hub and running devices.
  package init(hub: HubProcess, devices: [DaemonProcess], plan: Plan) {
    self.hub = hub
    self.devices = devices
    self.plan = plan
    random = SeededGenerator(seed: plan.seed)
  }

  /// Runs the campaign; everything runs again at the end. Throws if a program ended that it had not killed.
  package mutating func run() throws -> Outcome {
    var outcome = Outcome()
    let end = ContinuousClock.now + .seconds(plan.seconds)
    while outcome.kills < plan.kills, ContinuousClock.now < end {
      pause(plan.pause)
      let victim = random.number(0...devices.count)
      try kill(victim, &outcome)
      pause(0...120)
      try launch(victim)
      // Some are killed again during their start, while they create tables and read cursors.
      guard random.chance(25) else { continue }
      pause(0...80)
      try kill(victim, &outcome)
      outcome.starting += 1
      try launch(victim)
    }
    return outcome
  }

  private mutating func pause(_ milliseconds: ClosedRange<Int>) {
    usleep(UInt32(random.number(milliseconds) * 1000))
  }

  private func kill(_ victim: Int, _ outcome: inout Outcome) throws {
    let program = victim == 0 ? hub.program : devices[victim - 1].program
    guard let program, program.isRunning else {
      let end = try program?.end(within: 1)
      throw ProgramFailure(
        "seed \(plan.seed): ended by itself with \(end?.code ?? -1): \(end?.errors.suffix(2000) ?? "")")
    }
    if victim == 0 {
      try hub.kill()
      outcome.hub += 1
    } else {
      try devices[victim - 1].kill()
      outcome.daemons += 1
    }
  }

  private func launch(_ victim: Int) throws {
    if victim == 0 { try hub.launch() } else { try devices[victim - 1].launch() }
  }
}
