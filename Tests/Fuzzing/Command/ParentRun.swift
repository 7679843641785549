#if !COVERAGE
  import Foundation
  import Fuzzing

  /// Starts a child for each target, watches it, and minimises the input that broke it.
  struct ParentRun {
    private let options: FuzzOptions
    /// How long one input may take before it counts as a hang.
    private static let inputSecondsMax = 20.0

    init(_ options: FuzzOptions) { self.options = options }

    func run() -> Int32 {
      try? FileManager.default.createDirectory(atPath: options.findings, withIntermediateDirectories: true)
      var found = 0
      for name in options.targets {
        guard let target = FuzzTargets.named(name) else {
          print("there is no target \(name); there are \(FuzzTargets.all.map(\.name))")
          return 64
        }
        found += run(target)
      }
      print(found == 0 ? "nothing found" : "\(found) findings in \(options.findings)")
      return found == 0 ? 0 : 65
    }

    /// Runs one target until its time is over; after each finding it continues with the next seed.
    private func run(_ target: any FuzzTarget) -> Int {
      let deadline = Date().addingTimeInterval(options.seconds / Double(options.targets.count))
      var (seed, found, runs) = (options.seed, 0, options.runs)
      while found < 10, runs > 0 {
        let left = deadline.timeIntervalSinceNow
        guard left > 0 else { break }
        let code = child([
          "--child", "--target", target.name, "--seed", String(seed), "--seconds", String(left), "--runs",
          String(runs), "--findings", options.findings,
        ])
        guard code != 0 else { break }
        found += 1
        let place = at(target)
        keep(target, seed: place.seed, code: code)
        seed = place.seed + 1
        runs -= place.count + 1
      }
      return found
    }

    private func at(_ target: any FuzzTarget) -> (seed: UInt64, count: Int) {
      let text =
        (try? String(contentsOfFile: options.findings + "/\(target.name).seed", encoding: .utf8)) ?? ""
      let parts = text.split(separator: " ")
      guard parts.count >= 2, let seed = UInt64(parts[0]), let count = Int(parts[1]) else {
        return (options.seed, 0)
      }
      return (seed, count)
    }

    private func keep(_ target: any FuzzTarget, seed: UInt64, code: Int32) {
      let candidate = options.findings + "/\(target.name).candidate"
      let small = Minimiser.minimise(target.input(seed: seed), triesMax: code == 65 ? 200 : 60) { bytes in
        guard (try? Data(bytes).write(to: URL(fileURLWithPath: candidate))) != nil else { return false }
        return child(["--target", target.name, "--replay", candidate], isQuiet: true) == code
      }
      let kept = options.findings + "/\(target.name)-\(seed)"
      try? Data(small).write(to: URL(fileURLWithPath: kept))
      print("\(target.name): seed \(seed): ended with \(code); the input, made small, is in \(kept)")
    }

    /// Runs this program again; 128 and more for a signal, 124 for a hang.
    private func child(_ arguments: [String], isQuiet: Bool = false) -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = arguments
      if isQuiet {
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
      }
      guard (try? process.run()) != nil else { return 71 }
      let seedFile = arguments.contains("--child") ? options.findings + "/\(arguments[2]).seed" : nil
      let started = Date()
      while process.isRunning {
        usleep(20_000)
        let changed = seedFile.flatMap {
          (try? FileManager.default.attributesOfItem(atPath: $0))?[.modificationDate] as? Date
        }
        guard Date().timeIntervalSince(max(changed ?? started, started)) > Self.inputSecondsMax else {
          continue
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return 124
      }
      return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }
  }
#endif
