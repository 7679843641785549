import ArgumentParser
import CSystemd
import Dispatch
import Glibc
import HubServer
import HubStore
import Journal
import Logging
import SyncCore

/// `mediasync-hub serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves until it is stopped.")

  @OptionGroup var data: DataOptions
  @Option(help: "The address to listen on, as HOST:PORT; port 0 takes any free port.")
  var listen = "127.0.0.1:8787"
  @Option(help: "Which of two edits of one column wins: latest-edit or latest-arrival.")
  var conflictPolicy: ConflictPolicy = .latestEdit
  @Option(help: "The most bytes in a request body.")
  var maxBytes = 8 * 1024 * 1024
  @Option(help: "How long to keep history: 90d, 12h, or never to keep all of it.")
  var retention = RetentionPeriod.standard

  @Option(help: "The format of warnings and errors: auto, journal, plain or json.")
  var logFormat: LogFormat = .auto

  func validate() throws {
    guard HubServer.Address(listen) != nil else {
      throw ValidationError("--listen \(listen): this is not HOST:PORT")
    }
    guard (65_536...1 << 30).contains(maxBytes) else {
      throw ValidationError("--max-bytes \(maxBytes): it must be between 65536 and 1073741824")
    }
  }

  func run() async throws {
    guard let address = HubServer.Address(listen) else { return }
    let plan = DescriptorPlan(descriptors: DescriptorLimit.raised())
    let data = try CommandError.open(
      data.directory,
      options: .init(
        policy: conflictPolicy, bytesMax: maxBytes, retention: retention.duration,
        librariesMax: plan.libraries))
    let lock: ServeLock
    do { lock = try ServeLock(directory: data.directory) } catch {
      throw CommandError(error, directory: data.directory)
    }
    defer { withExtendedLifetime(lock) {} }
    let deadline = Self.boundShutdown()
    defer { deadline.forEach { $0.cancel() } }
    let server = HubServer(
      data: data, address: address, limits: .init(connections: plan.connections),
      logger: logFormat.logger(), now: { WallClock.now() })
    do {
      try await server.run(handlesSignals: true) { bound in
        Self.say("mediasync-hub listening on \(bound.baseURL)")
        _ = sd_notify(0, "READY=1\nSTATUS=Listening on \(bound.baseURL)")
      }
    } catch {
      throw CommandError("cannot serve on \(listen): \(error)")
    }
  }

  /// Ends the process within 2 s of a signal, even if a client holds a connection open. An answered change is
  /// already on disk, and a client sends an unanswered one again, so an early exit loses nothing.
  private static func boundShutdown() -> [any DispatchSourceSignal] {
    [SIGTERM, SIGINT].map { number in
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        _ = sd_notify(0, "STOPPING=1")
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(1500)) { _exit(0) }
      }
      source.resume()
      return source
    }
  }

  private static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    // stderr is not buffered here, so the line is visible at once to anybody who waits for it.
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

extension ConflictPolicy: ExpressibleByArgument {}

/// The log formats of `--log-format`.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case auto, journal, plain, json

  /// The hub's log: warnings and errors only.
  func logger() -> Logger {
    let form = LogForm(rawValue: rawValue) ?? .automatic
    return Logger(label: "mediasync-hub") { form.handler(program: $0, level: .warning) }
  }
}
