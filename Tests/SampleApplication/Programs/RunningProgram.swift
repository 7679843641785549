import Foundation

/// How a program ended, and its output.
package struct ProgramEnd: Sendable {
  /// The exit code; 128 plus the signal's number if a signal ended it.
  package let code: Int32
  /// Its standard output.
  package let output: String
  /// Its standard error.
  package let errors: String

  /// Creates an end from its parts.
  package init(code: Int32, output: String, errors: String) {
    (self.code, self.output, self.errors) = (code, output, errors)
  }
}

/// A program did not do what was expected.
package struct ProgramFailure: Error, CustomStringConvertible, Sendable {
  /// The missing behaviour, with the end of the program's output.
  package let description: String

  /// Creates a failure from a description.
  package init(_ description: String) { self.description = description }
}

/// A real program in its own process; it gets only the environment that the test passes.
package final class RunningProgram {
  private let process = Process()
  private let outputPath: String
  private let errorsPath: String

  /// Starts a program. Its output goes to files in `directory`, which is also its home.
  package init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], directory: String
  ) throws {
    let name =
      "\(directory)/\(URL(fileURLWithPath: program).lastPathComponent)-\(UUID().uuidString.prefix(8))"
    outputPath = name + ".out"
    errorsPath = name + ".err"
    for path in [outputPath, errorsPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    let own = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory, "LANG": "C.UTF-8", "TMPDIR": directory,
    ]
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = own.merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: outputPath)
    process.standardError = FileHandle(forWritingAtPath: errorsPath)
    try process.run()
  }

  deinit {
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
  }

  /// The process id.
  package var id: Int32 { process.processIdentifier }
  /// Whether it is still running.
  package var isRunning: Bool { process.isRunning }
  /// Its standard error so far.
  package var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }
  /// Its standard output so far.
  package var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

  /// Sends a signal.
  package func signal(_ number: Int32) { Glibc.kill(process.processIdentifier, number) }

  /// Waits for the end, up to a time limit; then kills it and throws.
  @discardableResult
  package func end(within seconds: Double = 60) throws -> ProgramEnd {
    guard poll(seconds, until: { !process.isRunning }) else {
      signal(SIGKILL)
      throw ProgramFailure("did not end within \(seconds) s: \(errors.suffix(2000))")
    }
    let signalled = process.terminationReason == .uncaughtSignal
    let code = process.terminationStatus + (signalled ? 128 : 0)
    return ProgramEnd(code: code, output: output, errors: errors)
  }

  /// A number from `/proc/PID/status`, such as `VmHWM` (KiB) or `voluntary_ctxt_switches`; `nil` if the
  /// process has ended.
  package func figure(_ name: String) -> Int? { Self.figure(name, in: "/proc/\(id)/status") }

  /// Private memory in KiB, from `/proc/PID/smaps_rollup`.
  package var privateMemory: Int? {
    let path = "/proc/\(id)/smaps_rollup"
    guard let clean = Self.figure("Private_Clean", in: path),
      let dirty = Self.figure("Private_Dirty", in: path)
    else { return nil }
    return clean + dirty
  }

  /// Voluntary context switches of each living thread, by thread.
  package var voluntarySwitches: [String: Int] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
    var result: [String: Int] = [:]
    for thread in threads {
      result[thread] = Self.figure("voluntary_ctxt_switches", in: "/proc/\(id)/task/\(thread)/status")
    }
    return result
  }

  private static func figure(_ name: String, in path: String) -> Int? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
      return line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" }).dropFirst().first.flatMap {
        Int($0)
      }
    }
    return nil
  }
}

/// Checks a condition every `step` seconds; returns false if it does not hold within `seconds`.
@discardableResult
package func poll(_ seconds: Double, step: Double = 0.01, until done: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(seconds)
  while true {
    if try done() { return true }
    if ContinuousClock.now >= end { return false }
    usleep(UInt32(step * 1_000_000))
  }
}

extension Duration {
  /// The duration in seconds.
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
