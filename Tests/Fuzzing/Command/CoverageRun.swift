#if COVERAGE
  import Foundation
  import Fuzzing

  /// libFuzzer's own loop: it keeps inputs that reached new code, and mutates those. Only `make fuzz` links
  /// it.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
  ) -> CInt

  /// libFuzzer's own mutation of bytes.
  @_silgen_name("LLVMFuzzerMutate")
  private func mutateBytes(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int) -> Int

  /// libFuzzer calls this for mutations: half of them change the message, the others its bytes.
  @_cdecl("LLVMFuzzerCustomMutator")
  func customMutator(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
    guard seed % 4 != 0, count > 0 else { return mutateBytes(bytes, count, most) }
    // libFuzzer owns `most` bytes there during this call.
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    let mutated = MessageMutator.mutate(input, seed: UInt64(seed)).prefix(most)
    guard !mutated.isEmpty else { return mutateBytes(bytes, count, most) }
    for (place, byte) in mutated.enumerated() { bytes[place] = byte }
    return mutated.count
  }

  /// One target under coverage guidance; the variable `FUZZ_TARGET` names it.
  enum CoverageRun {
    private static let target =
      FuzzTargets.named(ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "wire") ?? FuzzTargets.all[0]

    /// Runs until libFuzzer ends.
    static func run() -> Int32 {
      var count = CommandLine.argc
      var arguments = CommandLine.unsafeArgv
      return runDriver(&count, &arguments) { bytes, length in
        // libFuzzer owns the bytes during this call.
        let input = Array(UnsafeBufferPointer(start: bytes, count: length))
        do { try CoverageRun.target.run(input) } catch {
          print("FINDING \(CoverageRun.target.name): \(error)")
          fflush(nil)
          abort()
        }
        return 0
      }
    }
  }
#endif
