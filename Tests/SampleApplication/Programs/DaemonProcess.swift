import Foundation

/// A device: a library file and a real `mediasyncd` for it, configured only by the environment.
package final class DaemonProcess {
  private let programs: String
  /// The directory of all the device's files.
  package let directory: String
  /// The library file; a new value applies from the next start on.
  package var library: String {
    didSet { environment["MEDIASYNC_LIBRARY_DATABASE"] = library }
  }
  /// The fixture's stale words: the application left them, and they stay.
  package let staleBefore: Set<String>
  /// The control socket.
  package var socket: String { directory + "/control.sock" }
  /// The token file, readable only by its owner.
  package var tokenFile: String { directory + "/token" }
  /// The environment variables for its start; tests change them.
  package var environment: [String: String]
  /// A command that replaces itself with the daemon; it gets the daemon's command line as arguments. Empty
  /// for none.
  package var wrapper: [String] = []
  /// The running daemon, if there is one.
  package private(set) var program: RunningProgram?

  /// Creates the device's directory with its token; copies the library from a fixture, if one is named.
  package init(
    programs: String, directory: String, fixture: Fixture?, hub: String, token: String,
    environment: [String: String] = [:]
  ) throws {
    self.programs = programs
    self.directory = directory
    library = directory + "/library.sqlite"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    self.environment = [
      "MEDIASYNC_LIBRARY_DATABASE": directory + "/library.sqlite", "MEDIASYNC_HUB_URL": hub,
      "MEDIASYNC_HUB_TOKEN_FILE": directory + "/token",
      "MEDIASYNC_CONTROL_SOCKET": directory + "/control.sock",
    ].merging(environment) { $1 }
    try fixture?.copy(to: directory + "/library.sqlite")
    staleBefore = fixture == nil ? [] : try LibraryHealth.staleWords(directory + "/library.sqlite")
    try setToken(token)
  }

  /// Settings for quick retries, so that tests wait less than a person would.
  package static let impatience = [
    "MEDIASYNC_BACKOFF_INITIAL": "20ms", "MEDIASYNC_BACKOFF_MAX": "300ms", "MEDIASYNC_HUB_LONG_POLL": "1s",
    "MEDIASYNC_HUB_REQUEST_TIMEOUT": "2s", "MEDIASYNC_HUB_CONNECT_TIMEOUT": "500ms",
    "MEDIASYNC_SYNC_DEBOUNCE": "20ms", "MEDIASYNC_SYNC_INTERVAL": "2s", "MEDIASYNC_SYNC_BATCH_CHANGES": "100",
  ]

  /// Writes the token's file.
  package func setToken(_ token: String, mode: Int = 0o600) throws {
    try Data((token + "\n").utf8).write(to: URL(fileURLWithPath: tokenFile))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: tokenFile)
  }

  /// `mediasyncd sync`: one full cycle.
  package func sync(within seconds: Double = 120) throws -> ProgramEnd {
    try startSync().end(within: seconds)
  }

  /// Starts `mediasyncd sync` and returns while it runs.
  package func startSync() throws -> RunningProgram {
    try RunningProgram(programs + "/mediasyncd", ["sync"], environment: environment, directory: directory)
  }

  /// `mediasyncd` with other arguments.
  package func command(_ arguments: String...) throws -> ProgramEnd {
    try RunningProgram(programs + "/mediasyncd", arguments, environment: environment, directory: directory)
      .end()
  }

  /// `mediasyncd run`; returns at once.
  @discardableResult
  package func launch() throws -> RunningProgram {
    let line = wrapper + [programs + "/mediasyncd", "run"]
    let started = try RunningProgram(
      line[0], Array(line.dropFirst()), environment: environment, directory: directory)
    program = started
    return started
  }

  /// `mediasyncd run`; returns when the control socket answers.
  @discardableResult
  package func run() throws -> RunningProgram {
    let started = try launch()
    let up = poll(20) { (try? ControlSocket(socket)) != nil || !started.isRunning }
    guard up, started.isRunning else { throw ProgramFailure("the daemon did not start: \(started.errors)") }
    return started
  }

  /// Ends the daemon with SIGTERM and returns how long that took.
  @discardableResult
  package func stop() throws -> Duration {
    guard let running = program else { return .zero }
    let start = ContinuousClock.now
    running.signal(SIGTERM)
    let end = try running.end(within: 20)
    program = nil
    guard end.code == 0 else { throw ProgramFailure("ended with \(end.code): \(end.errors.suffix(2000))") }
    return ContinuousClock.now - start
  }

  /// Ends the daemon with SIGKILL.
  package func kill() throws {
    program?.signal(SIGKILL)
    try program?.end(within: 10)
    program = nil
  }

  /// The daemon's current status, from the control socket.
  package func status() throws -> DaemonStatus { try ControlSocket(socket).status() }

  /// Runs `mediasyncctl` for this daemon.
  @discardableResult
  package func control(_ arguments: String...) throws -> ProgramEnd {
    try RunningProgram(
      programs + "/mediasyncctl", ["--socket", socket] + arguments, directory: directory
    ).end(within: 90)
  }

  /// Waits until it is in step with nothing left to push.
  package func awaitInStep(within seconds: Double = 60) throws {
    var last: DaemonStatus?
    let done = poll(seconds) {
      last = try? status()
      return last?.state == "in-sync" && last?.pendingLocal == 0
    }
    guard done else {
      throw ProgramFailure("not in step after \(seconds) s: \(last?.state ?? "?") \(last?.reason ?? "")")
    }
  }
}
