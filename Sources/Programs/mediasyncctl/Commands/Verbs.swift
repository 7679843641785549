import ArgumentParser
import ControlProtocol

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show whether the library is in step, and if not, why.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions

  func run() throws {
    try Exchange(parent, options).run(.status)
  }
}

struct TriggerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trigger", abstract: "Sync now, without waiting for the next attempt.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Wait until the cycle ends. The exit code gives its result.")
  var wait = false

  func run() throws {
    try Exchange(parent, options).run(.trigger(wait: wait))
  }
}

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Pause syncing until you resume it, or for a duration. Lasts across restarts.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Option(
    name: .customLong("for"), help: ArgumentHelp("How long, such as 30s, 2h or 7d.", valueName: "duration"))
  var span: DurationArgument?

  func run() throws {
    // Whole seconds, and at least one, so that every pause has an effect.
    let seconds = span.map { max(1, Int64($0.seconds.rounded(.up))) }
    try Exchange(parent, options).run(.pause(forSeconds: seconds))
  }
}

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "resume", abstract: "End a pause.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions

  func run() throws {
    try Exchange(parent, options).run(.resume)
  }
}

struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait until the library is in step; exit 75 after the timeout.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Wait until everything is pushed and pulled (the default, and the only choice).")
  var synced = false
  @Option(
    help: ArgumentHelp("The longest time to wait, such as 30s. Default: no limit.", valueName: "duration"))
  var timeout: DurationArgument?

  func run() throws {
    try Exchange(parent, options).run(.wait(timeoutSeconds: timeout?.seconds))
  }
}

struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Make the daemon read its configuration and credentials again.",
    discussion: """
      If the new configuration has an error, the daemon keeps the old one, the command shows every error, and the exit \
      status is 78.
      """)
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions

  func run() throws {
    try Exchange(parent, options).run(.reload)
  }
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version of the running daemon.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions

  func run() throws {
    try Exchange(parent, options).run(.version)
  }
}

struct LogLevelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log-level", abstract: "Show the log level, or change it until the daemon restarts.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Argument(help: "trace, debug, info, notice, warning, error or critical.")
  var level: ControlLogLevel?

  func run() throws {
    try Exchange(parent, options).run(.logLevel(level))
  }
}

extension ControlLogLevel: ExpressibleByArgument {}
