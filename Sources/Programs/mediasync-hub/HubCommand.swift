import ArgumentParser
import ControlProtocol

/// `mediasync-hub`: the program that orders all devices' changes.
@main struct HubCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mediasync-hub",
    abstract: "Orders the changes of all devices that share a media library, and keeps their history.",
    version: Build.version,
    subcommands: [ServeCommand.self, TokenCommand.self, DeviceCommand.self, RewindCommand.self])
}

/// The option for the hub's data directory.
struct DataOptions: ParsableArguments {
  @Option(name: .customLong("data"), help: "The hub's data directory.")
  var directory: String
}
