/// Which modules each target may import: the arrows of docs/architecture.md. Everything else is refused, so
/// that a new arrow is a decision that somebody makes in this file.
enum Arrows {
  /// System modules: they need no arrow, but they are listed too.
  private static let system = ["Glibc", "FoundationEssentials", "Synchronization"]

  /// The allowed modules of a target; `nil` for an unlisted target.
  static func allowed(_ target: String) -> [String]? {
    if target == "SyncCore" { return [] }
    if ["SyncWire", "ControlProtocol", "Messages"].contains(target) { return modules[target] }
    return modules[target].map { $0 + system }
  }

  private static let modules: [String: [String]] = [
    "Messages": [],
    "Journal": ["Messages", "CSystemd", "CLinux", "Logging"],
    "SyncWire": ["SyncCore"],
    "ControlProtocol": ["FoundationEssentials", "Glibc"],
    "Hashing": ["SyncCore", "CCrypto"],
    "LibraryStore": ["SyncCore", "SyncWire", "Hashing", "CSQLite", "CLinux"],
    "HubStore": ["SyncCore", "SyncWire", "Hashing", "GRDB", "Foundation"],
    "EventLoop": ["CLinux", "Dispatch"],
    "HubClient": ["SyncCore", "SyncWire", "EventLoop", "CCurl", "CLinux", "Dispatch"],
    "ServiceHost": ["EventLoop", "ControlProtocol", "CSystemd", "CLinux", "Dispatch"],
    "Settings": ["TOMLKit"],
    "SyncEngine": ["SyncCore", "SyncWire"],
    "Metering": ["SyncCore"],
    "HubServer": [
      "SyncCore", "SyncWire", "HubStore", "Journal", "Foundation", "Hummingbird", "HTTPTypes", "Logging",
      "NIOCore", "NIOHTTPTypes",
      "Dispatch", "ServiceLifecycle",
    ],
    "mediasyncd": [
      "SyncCore", "SyncWire", "SyncEngine", "LibraryStore", "HubClient", "ServiceHost", "Settings",
      "Metering", "EventLoop", "ControlProtocol", "Messages", "Journal", "CCrypto", "Logging",
      "ArgumentParser",
      "Dispatch",
    ],
    "Manual": ["Settings", "Messages"],
    "mediasync-manual": ["Manual"],
    "mediasyncctl": ["ControlProtocol", "Messages", "ArgumentParser"],
    "mediasync-hub": [
      "HubServer", "HubStore", "SyncCore", "SyncWire", "ControlProtocol", "Journal", "CSystemd", "Foundation",
      "Dispatch",
      "Hummingbird",
      "Logging", "ArgumentParser",
    ],
  ]
}
