import ArgumentParser
import Foundation
import Simulation

/// Runs histories by their seeds and reports which break an invariant.
@main
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mediasync-simulate",
    abstract:
      "Runs random histories of devices and a hub, and checks that nothing is lost and all end equal.",
    discussion:
      "A failure prints its seed, the invariant that broke, and the shortest history that still fails.")

  @Option(help: "Run the history of this seed.")
  var seed: UInt64?
  @Option(help: "Run the histories of these seeds: FIRST..LAST.")
  var seeds: String?
  @Option(help: "Run the history that this file holds, as a failure prints it.")
  var replay: String?
  @Option(help: "How many processes share the seeds.")
  var jobs = 1
  @Option(help: "Stop after so many failures.")
  var failures = 10
  @Flag(help: "Print what happens, event by event.")
  var trace = false
  @Flag(help: "Print with it the bodies of requests and replies.")
  var messages = false
  @Flag(inversion: .prefixedNo, help: "Look for the shortest history that still fails.")
  var shrink = true
  @Flag(help: ArgumentHelp("Say of every seed how it went; another process reads this.", visibility: .hidden))
  var worker = false
  @Option(help: ArgumentHelp("Run every so-manieth seed.", visibility: .hidden))
  var step: UInt64 = 1

  func run() throws {
    if let replay {
      guard let history = History(try String(contentsOfFile: replay, encoding: .utf8)) else {
        throw ValidationError("\(replay) holds no history")
      }
      try report(history, name: replay)
    } else if let seed {
      try report(History(seed: seed), name: "seed \(seed)")
    } else if let seeds, let range = Self.range(seeds) {
      if worker { return try Worker(range: range, step: step).run() }
      let sweep = Sweep(range: range, jobs: jobs, failuresMax: failures)
      let failed = try sweep.run()
      for failure in failed.prefix(3) {
        try report(History(seed: failure.seed), name: "seed \(failure.seed)")
      }
      if !failed.isEmpty { throw ExitCode.failure }
    } else {
      throw ValidationError("give --seed, --seeds FIRST..LAST or --replay FILE")
    }
  }

  private var detail: Trace.Detail { messages ? .messages : .events }

  private static func range(_ text: String) -> ClosedRange<UInt64>? {
    let ends = text.split(separator: ".").compactMap { UInt64($0) }
    return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
  }

  /// Runs one history and prints everything about it.
  private func report(_ history: History, name: String) throws {
    let outcome = try Simulation.run(history, detail: trace ? detail : .nothing)
    for line in outcome.trace { print(line) }
    guard let violation = outcome.violation else { return print("\(name): all invariants hold") }
    print("\(name): BROKEN: \(violation)")
    guard shrink else { throw ExitCode.failure }
    var shrinking = Shrinking { candidate in
      (try? Simulation.run(candidate))?.violation?.invariant == violation.invariant
    }
    let shortest = shrinking.shrunk(history)
    let last = try Simulation.run(shortest, detail: detail)
    print("the shortest history that still fails (\(shortest.steps.count) of \(history.steps.count) steps):")
    print(shortest)
    print("what happens in it:")
    for line in last.trace { print("  \(line)") }
    print("\(name): BROKEN: \(last.violation.map { "\($0)" } ?? "nothing, the second time")")
    throw ExitCode.failure
  }
}
