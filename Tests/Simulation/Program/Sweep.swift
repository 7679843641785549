import Foundation
import Simulation

/// One process's share of a range of seeds: one line per seed, so that the seed of a crash is known too.
struct Worker {
  let range: ClosedRange<UInt64>
  let step: UInt64

  func run() throws {
    var seed = range.lowerBound
    while seed <= range.upperBound {
      Self.say("begin \(seed)")
      let outcome = try Simulation.run(History(seed: seed))
      let broken = outcome.violation.map { "\($0)".split(separator: "\n").joined(separator: " ") }
      Self.say("end \(seed) \(broken ?? "")")
      seed += step
    }
  }

  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

/// Runs a range of seeds in several processes.
struct Sweep {
  /// A seed that failed, and its failure.
  struct Failure {
    var seed: UInt64
    var text: String
  }

  let range: ClosedRange<UInt64>
  let jobs: Int
  let failuresMax: Int

  /// Returns the failures, in the order of their seeds.
  func run() throws -> [Failure] {
    let began = Date()
    let tally = SweepCounters()
    var processes: [(Process, Pipe)] = []
    for job in 0..<UInt64(max(jobs, 1)) where range.lowerBound + job <= range.upperBound {
      processes.append(try start(job))
    }
    let threads = processes.map { process, pipe in
      let thread = Thread { Self.listen(process, pipe, tally, failuresMax: failuresMax) }
      thread.start()
      return thread
    }
    while threads.contains(where: { !$0.isFinished }) {
      Thread.sleep(forTimeInterval: 0.2)
      if tally.failureCount >= failuresMax {
        for (process, _) in processes where process.isRunning { process.terminate() }
      }
    }
    let (done, failures) = tally.result
    let seconds = Date().timeIntervalSince(began)
    for failure in failures { print("seed \(failure.seed): BROKEN: \(failure.text)") }
    print("\(done) histories, \(failures.count) broken, \(Int(seconds)) s")
    return failures
  }

  private func start(_ job: UInt64) throws -> (Process, Pipe) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL
    process.arguments = [
      "--seeds", "\(range.lowerBound + job)..\(range.upperBound)", "--worker", "--step", "\(max(jobs, 1))",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    return (process, pipe)
  }

  private static func listen(_ process: Process, _ pipe: Pipe, _ tally: SweepCounters, failuresMax: Int) {
    var rest = Data()
    var begun: UInt64?
    while true {
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { break }
      rest.append(data)
      while let end = rest.firstIndex(of: 0x0A) {
        let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
        rest = Data(rest[(end + 1)...])
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, let seed = UInt64(parts[1]) else { continue }
        begun = parts[0] == "begin" ? seed : nil
        if parts[0] == "end" { tally.add(seed, broken: parts.count > 2 ? String(parts[2]) : nil) }
      }
    }
    process.waitUntilExit()
    if let begun, tally.failureCount < failuresMax {
      tally.add(
        begun, broken: "the process ended: \(process.terminationReason), \(process.terminationStatus)")
    }
  }
}

/// The processes' reports. Sound as `@unchecked Sendable`: the lock guards both values.
final class SweepCounters: @unchecked Sendable {
  private let lock = NSLock()
  private var done = 0
  private var failures: [Sweep.Failure] = []

  func add(_ seed: UInt64, broken: String?) {
    lock.withLock {
      done += 1
      if let broken { failures.append(Sweep.Failure(seed: seed, text: broken)) }
    }
  }

  var failureCount: Int { lock.withLock { failures.count } }
  var result: (Int, [Sweep.Failure]) { lock.withLock { (done, failures.sorted { $0.seed < $1.seed }) } }
}
