import Foundation
import Fuzzing

/// Feeds hostile input to the targets. Without coverage guidance (`make fuzz` builds with it) inputs come
/// from numbered seeds in a child process, so that a crash or a hang is distinguished from a finding.
@main
struct MediasyncFuzz {
  static func main() {
    #if COVERAGE
      exit(CoverageRun.run())
    #else
      var options = FuzzOptions(Array(CommandLine.arguments.dropFirst()))
      if options.isChild { exit(ChildRun(options).run()) }
      if let folder = options.emitted { exit(emit(folder, options)) }
      if let file = options.replayed { exit(replay(file, options)) }
      if options.targets.isEmpty { options.targets = FuzzTargets.all.map(\.name) }
      exit(ParentRun(options).run())
    #endif
  }

  /// Writes honest inputs of one target into a folder, as the start of a corpus.
  static func emit(_ folder: String, _ options: FuzzOptions) -> Int32 {
    guard let name = options.targets.first, let target = FuzzTargets.named(name) else { return 64 }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for seed in 1...UInt64(min(options.runs, 100)) {
        let file = folder + "/honest-\(seed)"
        try Data(target.honestInput(seed: seed)).write(to: URL(fileURLWithPath: file))
      }
      return 0
    } catch {
      print("mediasync-fuzz: \(error)")
      return 73
    }
  }

  /// Runs one target on one file, in this process.
  static func replay(_ file: String, _ options: FuzzOptions) -> Int32 {
    guard let name = options.targets.first, let target = FuzzTargets.named(name),
      let data = FileManager.default.contents(atPath: file)
    else {
      print("usage: mediasync-fuzz --target NAME --replay FILE")
      return 64
    }
    do {
      try target.run([UInt8](data))
      print("\(name): nothing is wrong with \(file)")
      return 0
    } catch {
      print("\(name): \(error)")
      return 65
    }
  }
}

/// The options of the command line.
struct FuzzOptions {
  var targets: [String] = []
  var seconds = 60.0
  var runs = Int.max
  var seed: UInt64 = 1
  var findings = NSTemporaryDirectory() + "mediasync-findings"
  var replayed: String?
  var emitted: String?
  var isChild = false

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--target": if let name = rest.popFirst() { targets.append(name) }
      case "--seconds": seconds = rest.popFirst().flatMap(Double.init) ?? seconds
      case "--runs": runs = rest.popFirst().flatMap { Int($0) } ?? runs
      case "--seed": seed = rest.popFirst().flatMap { UInt64($0) } ?? seed
      case "--findings": findings = rest.popFirst() ?? findings
      case "--replay": replayed = rest.popFirst()
      case "--emit": emitted = rest.popFirst()
      case "--child": isChild = true
      default: print("mediasync-fuzz: \(word) is not known")
      }
    }
  }
}
