#if !COVERAGE
  import Foundation
  import Fuzzing

  /// Runs seeds until its time is over or a property fails. The current seed is always in a file, so that the
  /// parent knows it after a crash.
  struct ChildRun {
    let options: FuzzOptions

    init(_ options: FuzzOptions) { self.options = options }

    func run() -> Int32 {
      guard let name = options.targets.first, let target = FuzzTargets.named(name) else { return 64 }
      let deadline = Date().addingTimeInterval(options.seconds)
      let place = open(options.findings + "/\(name).seed", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      defer { close(place) }
      var seed = options.seed
      var count = 0
      while count < options.runs, Date() < deadline {
        let line = Array("\(seed) \(count) \n".utf8)
        guard pwrite(place, line, line.count, 0) == line.count else { return 71 }
        do { try target.run(target.input(seed: seed)) } catch {
          print("\(name): seed \(seed): \(error)")
          return 65
        }
        seed += 1
        count += 1
      }
      print("\(name): \(count) inputs, seeds \(options.seed) to \(seed - 1)")
      return 0
    }
  }
#endif
