import ArgumentParser
import ControlProtocol
import Glibc
import Settings

/// The daemon's command line. A type, not top-level code: that would be main-actor isolated, and a Dispatch handler
/// written there crashes at run time.
@main
struct Mediasyncd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mediasyncd",
    abstract: "Keeps one media library in step with a hub.",
    version: Build.version,
    subcommands: [Run.self, SyncOnce.self, CheckConfig.self, CheckCommand.self],
    defaultSubcommand: Run.self)
}

/// What every verb takes.
struct ConfigurationOptions: ParsableArguments {
  @Option(help: "The configuration file; without it the usual places are looked at.")
  var config: String?

  @Option(help: "The library: the SQLite file that the media application writes.")
  var database: String?

  @Option(help: "The hub's base URL, such as http://127.0.0.1:8787/sync.")
  var hubURL: String?

  @Option(help: "The Unix socket on which the daemon answers.")
  var socket: String?

  /// The merged configuration.
  func read() throws(SettingsError) -> LoadedSettings {
    var flags: [String: String] = [:]
    flags["library.database"] = database
    flags["hub.url"] = hubURL
    flags["control.socket"] = socket
    return try SettingsLoader.load(flags: flags, environment: Environment.all, configPath: config)
  }

  /// The merged configuration. Says what is wrong with it and leaves with 78 where it cannot work.
  func load() -> LoadedSettings {
    do throws(SettingsError) { return try read() } catch {
      Exit.misconfigured(error.description)
    }
  }
}

/// `mediasyncd run`: the daemon.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Stay in step until told to stop (the default).")

  @OptionGroup var options: ConfigurationOptions

  func run() {
    do throws(SettingsError) {
      Daemon.run(try options.read(), read: { () throws(SettingsError) in try options.read() })
    } catch {
      StartFailure(error).leave()
    }
  }
}

/// `mediasyncd sync`: one full cycle.
struct SyncOnce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Push everything, pull everything, then leave.",
    discussion: """
      Leaves with 0 in step, 75 after a failure that may pass, 77 where the hub refuses the credentials, \
      78 where the configuration or the library cannot work, 65 where something was set aside.
      """)

  @OptionGroup var options: ConfigurationOptions

  @Flag(help: "No bar on a terminal: text and nothing else. NO_COLOR takes colours alone.")
  var plain = false

  func run() {
    SingleCycle.run(options.load(), plain: plain)
  }
}

/// `mediasyncd check-config`: what the daemon would run with.
struct CheckConfig: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config", abstract: "Print the merged configuration and where every value comes from.")

  @OptionGroup var options: ConfigurationOptions

  func run() {
    print(options.load().report())
  }
}

/// The process's environment as a dictionary.
enum Environment {
  static var all: [String: String] {
    var result: [String: String] = [:]
    var place = environ
    while let entry = place.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        result[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      place += 1
    }
    return result
  }
}

/// Leaving with a reason (sysexits.h).
enum Exit {
  static let system: Int32 = 71
  static let configuration: Int32 = 78

  static func say(_ text: String) {
    let line = Array("mediasyncd: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }

  static func misconfigured(_ text: String) -> Never {
    say(text)
    exit(configuration)
  }
}
