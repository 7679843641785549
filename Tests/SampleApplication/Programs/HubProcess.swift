import Foundation

/// A real `mediasync-hub` on loopback, with its data in its own directory.
package final class HubProcess {
  private let programs: String
  private let directory: String
  /// The running hub, if there is one.
  package private(set) var program: RunningProgram?
  /// More options of `serve`, such as `--retention 1s`; they apply from the next start on.
  package var options: [String] = []
  /// Its limits of descriptors, soft and hard; `nil` for as many as the test process may have.
  package var descriptors: (soft: Int, hard: Int)?
  /// The port, the same across restarts.
  package let port: UInt16

  /// The directory of its data.
  package var data: String { directory + "/hub" }
  /// The protocol's base URL.
  package var url: String { "http://127.0.0.1:\(port)/sync" }

  /// Prepares a hub without starting it. `programs` is the directory of the binaries.
  package init(programs: String, directory: String) throws {
    self.programs = programs
    self.directory = directory
    port = try LoopbackSocket.freePort()
    try FileManager.default.createDirectory(atPath: directory + "/hub", withIntermediateDirectories: true)
  }

  /// The file of a library.
  package func file(ofLibrary name: String = "home") -> String { data + "/libraries/\(name).sqlite" }

  /// Starts it and returns at once.
  @discardableResult
  package func launch() throws -> RunningProgram {
    let words =
      [programs + "/mediasync-hub", "serve", "--data", data, "--listen", "127.0.0.1:\(port)"] + options
    let bound = descriptors.map { ["/usr/bin/prlimit", "--nofile=\($0.soft):\($0.hard)"] } ?? []
    let command = bound + words
    let started = try RunningProgram(command[0], Array(command.dropFirst()), directory: directory)
    program = started
    return started
  }

  /// Starts it and returns when it accepts connections.
  package func start() throws {
    let started = try launch()
    let up = poll(20) { LoopbackSocket.accepts(port) || !started.isRunning }
    guard up, started.isRunning else { throw ProgramFailure("the hub did not start: \(started.errors)") }
  }

  /// Ends it with SIGTERM.
  @discardableResult
  package func stop() throws -> ProgramEnd? {
    program?.signal(SIGTERM)
    let end = try program?.end(within: 10)
    program = nil
    return end
  }

  /// Ends it with SIGKILL.
  package func kill() throws {
    program?.signal(SIGKILL)
    try program?.end(within: 10)
    program = nil
  }

  /// Its peak memory, in KiB; `nil` if it has ended.
  package var memoryPeak: Int? { program?.figure("VmHWM") }

  /// Copies all its data while it is stopped; returns the copy's path.
  @discardableResult
  package func copyData(to path: String) throws -> String {
    try FileManager.default.copyItem(atPath: data, toPath: path)
    return path
  }

  /// Replaces all its data with a copy, while it is stopped.
  package func restoreData(from copy: String) throws {
    try FileManager.default.removeItem(atPath: data)
    try FileManager.default.copyItem(atPath: copy, toPath: data)
  }

  /// Whether a document in its log contains a text.
  package func knows(_ text: String) throws -> Bool {
    let sql = "SELECT count(*) FROM log WHERE instr(document, ?) > 0"
    let count = try SQLiteConnection(file(), .readOnly).rows(sql, [.text(text)]).first?.first
    return count != .integer(0)
  }

  /// Its standard error so far.
  package var errors: String { program?.errors ?? "" }

  /// A new token for a device.
  package func token(device: String, library: String = "home") throws -> String {
    let end = try command("token", "create", "--data", data, "--library", library, "--device", device)
    guard end.code == 0 else { throw ProgramFailure("token create: \(end.code) \(end.errors)") }
    return end.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Runs another command of the program.
  package func command(_ arguments: String...) throws -> ProgramEnd { try command(arguments) }

  /// Runs another command of the program.
  package func command(_ arguments: [String]) throws -> ProgramEnd {
    try RunningProgram(programs + "/mediasync-hub", arguments, directory: directory).end()
  }
}
