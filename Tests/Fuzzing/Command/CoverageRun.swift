#if COVERAGE
  import Foundation
  import Fuzzing

  /// libFuzzer's own loop: it mutates what has reached new code. It is linked in by `make fuzz` alone.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt

  /// One target under coverage guidance; the variable `FUZZ_TARGET` names it.
  enum CoverageRun {
    private static let target =
      FuzzTargets.named(ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "wire") ?? FuzzTargets.all[0]

    /// Runs until libFuzzer ends.
    static func run() -> Int32 {
      var count = CommandLine.argc
      var arguments = CommandLine.unsafeArgv
      return runDriver(&count, &arguments) { bytes, length in
        // libFuzzer owns the bytes for the time of this call.
        let input = Array(UnsafeBufferPointer(start: bytes, count: length))
        do { try CoverageRun.target.run(input) } catch {
          print("FINDING \(CoverageRun.target.name): \(error)")
          abort()
        }
        return 0
      }
    }
  }
#endif
