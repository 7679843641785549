import ArgumentParser
import ControlProtocol

/// Talks to mediasyncd over its Unix socket.
@main
struct Mediasyncctl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mediasyncctl",
    abstract: "Show the status of mediasyncd, and control it.",
    discussion: """
      The socket is --socket, else $MEDIASYNC_CONTROL_SOCKET, else $XDG_RUNTIME_DIR/mediasync/control.sock if it \
      exists, else /run/mediasync@$USER/control.sock if it exists, else /run/mediasync/control.sock.

      Exit codes: 0 done, 1 verify: differs from the hub, or doctor: something is wrong, or not confirmed, 64 wrong \
      command line, 65 changes were quarantined or held, or the record does not allow this, 66 no such record, 69 no \
      daemon answers, or the server does not support this, 70 the daemon's answer makes no sense, 73 cannot write a \
      file, 75 temporary failure or timeout, 76 daemon and mediasyncctl have different versions, 77 the hub refuses \
      the credentials, or you may not do this, 78 the daemon's configuration, or the new one, is unusable.
      """,
    version: Build.version,
    subcommands: [
      StatusCommand.self, TriggerCommand.self, PauseCommand.self, ResumeCommand.self, WaitCommand.self,
      ReloadCommand.self, WatchCommand.self, LogLevelCommand.self,
      ConflictsCommand.self, QuarantineCommand.self, ChangesCommand.self, HistoryCommand.self,
      VerifyCommand.self, AdoptCommand.self,
      ResyncCommand.self,
      DoctorCommand.self, ExplainCommand.self, MetricsCommand.self, VersionCommand.self,
    ],
    defaultSubcommand: StatusCommand.self)

  @Option(help: "The daemon's control socket.")
  var socket: String?
}

/// The options of every verb.
struct VerbOptions: ParsableArguments {
  @Option(help: "The daemon's control socket.")
  var socket: String?

  @Flag(help: "Print one line of JSON, also for an error.")
  var json = false

  @Flag(
    help: "Print plain text, without colours or a line that is redrawn. NO_COLOR removes only the colours.")
  var plain = false
}

/// A duration on the command line, such as `2h`.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let duration = DurationText.parse(argument) else { return nil }
    self.duration = duration
  }

  /// The duration in seconds.
  var seconds: Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
