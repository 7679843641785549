import ArgumentParser
import ControlProtocol

/// `mediasync-hub`: the machine that orders all devices' changes.
@main struct HubCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mediasync-hub",
    abstract: "Orders the changes of all devices that share a media library, and keeps their history.",
    version: Build.version,
    subcommands: [ServeCommand.self, TokenCommand.self, DeviceCommand.self, RewindCommand.self])
}

/// Where the hub keeps everything.
struct DataOptions: ParsableArguments {
  @Option(name: .customLong("data"), help: "The directory in which the hub keeps everything.")
  var directory: String
}
