import ArgumentParser
import ControlProtocol

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say whether the library is in step, and if not, why.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions

  func run() throws {
    try Exchange(parent, options).run(.status)
  }
}

struct TriggerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trigger", abstract: "Sync now, without waiting for the next try.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Wait until the cycle has ended, and say by the exit code how.")
  var wait = false

  func run() throws {
    try Exchange(parent, options).run(.trigger(wait: wait))
  }
}

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Stop syncing until resumed, or for a while. Survives a restart.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Option(
    name: .customLong("for"), help: ArgumentHelp("How long, such as 30s, 2h or 7d.", valueName: "duration"))
  var span: DurationArgument?

  func run() throws {
    // Whole seconds, and never none: a pause that is asked for is one.
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
    commandName: "wait", abstract: "Wait until the library is in step; exit 75 when the time is up.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Flag(help: "Until everything is pushed and pulled (the default, and all there is to wait for).")
  var synced = false
  @Option(help: ArgumentHelp("How long at most, such as 30s; without it, for ever.", valueName: "duration"))
  var timeout: DurationArgument?

  func run() throws {
    try Exchange(parent, options).run(.wait(timeoutSeconds: timeout?.seconds))
  }
}

struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Have the daemon read its configuration and credentials again.",
    discussion: """
      Whole, or not at all: where anything is wrong with it the old one stays, every error is shown, and the exit \
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
    commandName: "version", abstract: "Print the version of the daemon that runs.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions

  func run() throws {
    try Exchange(parent, options).run(.version)
  }
}

struct LogLevelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log-level", abstract: "Say how much is logged, or change it until the daemon restarts.")
  @ParentCommand var parent: Mediasyncctl
  @OptionGroup var options: VerbOptions
  @Argument(help: "trace, debug, info, notice, warning, error or critical.")
  var level: ControlLogLevel?

  func run() throws {
    try Exchange(parent, options).run(.logLevel(level))
  }
}

extension ControlLogLevel: ExpressibleByArgument {}
