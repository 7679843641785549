import ArgumentParser
import ControlProtocol

/// Talks to mediasyncd over its Unix socket.
@main
struct Mediasyncctl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mediasyncctl",
    abstract: "Ask mediasyncd how things stand, and tell it what to do.",
    discussion: """
      The socket is --socket, else $MEDIASYNC_CONTROL_SOCKET, else $XDG_RUNTIME_DIR/mediasync/control.sock where \
      it exists, else /run/mediasync@$USER/control.sock where it exists, else /run/mediasync/control.sock.

      Exit codes: 0 done, 1 verify: not the same as the hub, or doctor: something is wrong, 64 usage, 65 something was quarantined, or cannot be \
      done to this record, 66 no such record, 69 no daemon answers, or the server does not offer it, 75 temporary \
      failure or time up, 76 daemon and control tool are of different versions, 77 the hub refuses the credentials, or \
      you may not do this, 78 the daemon's configuration cannot work, or \
      the new one cannot be used.
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

/// What every verb takes.
struct VerbOptions: ParsableArguments {
  @Option(help: "The daemon's control socket.")
  var socket: String?

  @Flag(help: "Print JSON: one line; also where it fails.")
  var json = false

  @Flag(
    help: "Print text and nothing else: no colours, no line drawn over. NO_COLOR takes the colours alone.")
  var plain = false
}

/// A duration on the command line, such as `2h`.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let duration = DurationText.parse(argument) else { return nil }
    self.duration = duration
  }

  /// In seconds.
  var seconds: Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
