import Foundation
import SampleApplication

/// A real systemd that boots in a second on a layer over this machine's files, and leaves nothing behind
/// (`with-systemd.sh`, whose head lists its requirements). It runs commands as root, one after the other.
///
/// If it cannot boot, the initializer throws: such a test fails and is never skipped.
package final class ThrowawaySystem {
  /// The files to add over the machine's files before the boot.
  package struct Layers {
    /// Folders or files to copy in: from, to.
    package var copies: [(from: String, to: String)] = []
    /// Folders to share, writable: from, to.
    package var shared: [(from: String, to: String)] = []

    /// Creates empty layers.
    package init() {}
  }

  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()
  private let errorsPath: String
  private var buffer = Data()

  /// Boots. Writes the boot's output into `directory`.
  package init(_ layers: Layers, directory: String) throws {
    errorsPath = directory + "/with-systemd-\(UUID().uuidString.prefix(8)).err"
    _ = FileManager.default.createFile(atPath: errorsPath, contents: nil)
    var arguments = [Self.script, "--timeout", "600", "--boot-timeout", "90"]
    for copy in layers.copies { arguments += ["--copy", "\(copy.from):\(copy.to)"] }
    for share in layers.shared { arguments += ["--bind", "\(share.from):\(share.to)"] }
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = arguments + ["--", "bash", "-c", Self.reader]
    process.standardInput = commands
    process.standardOutput = answers
    process.standardError = FileHandle(forWritingAtPath: errorsPath)
    try process.run()
    let hello = try run("echo up", within: 120)
    guard hello.output == "up\n" else { throw ProgramFailure("systemd did not boot: \(hello)") }
  }

  deinit {
    try? commands.fileHandleForWriting.close()
    // Its end ends the whole system.
    if process.isRunning, !poll(20, until: { !process.isRunning }) { process.terminate() }
  }

  /// Runs a shell script in the system, and waits for its end. `output` contains both output and errors.
  @discardableResult
  package func run(_ script: String, within seconds: Double = 60) throws -> ProgramEnd {
    try commands.fileHandleForWriting.write(contentsOf: Data((script + "\0").utf8))
    let output = try next(within: seconds, of: script)
    let code = try next(within: seconds, of: script)
    return ProgramEnd(code: Int32(code) ?? -1, output: output, errors: "")
  }

  /// Runs a script that must succeed, and returns its output without the last line feed.
  @discardableResult
  package func succeed(_ script: String, within seconds: Double = 60) throws -> String {
    let end = try run(script, within: seconds)
    guard end.code == 0 else { throw ProgramFailure("\(script): \(end.code): \(end.output.suffix(3000))") }
    return end.output.hasSuffix("\n") ? String(end.output.dropLast()) : end.output
  }

  /// Runs a script repeatedly until it succeeds, or the time is over.
  package func await(_ script: String, within seconds: Double = 30) throws -> Bool {
    try poll(seconds, step: 0.1) { try run(script, within: seconds + 30).code == 0 }
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/with-systemd.sh"

  /// Reads scripts, each up to a zero byte; answers each with its output, a zero byte, its status and a zero
  /// byte.
  private static let reader = """
    while IFS= read -r -d '' script; do
      bash -c "$script" </dev/null 2>&1 | tr -d '\\000'; printf '\\0%s\\0' "${PIPESTATUS[0]}"
    done
    """

  private func next(within seconds: Double, of script: String) throws -> String {
    let descriptor = answers.fileHandleForReading.fileDescriptor
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      if let zero = buffer.firstIndex(of: 0) {
        defer { buffer = Data(buffer[(zero + 1)...]) }
        return String(decoding: buffer[..<zero], as: UTF8.self)
      }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard ContinuousClock.now < end, Glibc.poll(&waiting, 1, 200) >= 0 else {
        throw ProgramFailure("no end within \(seconds) s of: \(script)")
      }
      guard waiting.revents != 0 else { continue }
      let bytes = answers.fileHandleForReading.availableData
      guard !bytes.isEmpty else {
        let errors = (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? ""
        throw ProgramFailure("the throw-away systemd is gone, or did not boot: \(errors.suffix(3000))")
      }
      buffer += bytes
    }
  }
}
