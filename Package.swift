// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6, strict, and a warning is an error.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, in group: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(group)/\(name)", swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: path ?? "Sources/Programs/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")

let package = Package(
  name: "mediasync",
  products: [
    .executable(name: "mediasyncd", targets: ["mediasyncd"]),
    .executable(name: "mediasyncctl", targets: ["mediasyncctl"]),
    .executable(name: "mediasync-hub", targets: ["mediasync-hub"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // C libraries and the one C file.
    .systemLibrary(
      name: "CSQLite", path: "Sources/C/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CCurl", path: "Sources/C/CCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CSystemd", path: "Sources/C/CSystemd", pkgConfig: "libsystemd",
      providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/C/CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CLinux", path: "Sources/C/CLinux"),

    // What every code means, and the log that carries it.
    module("Messages", in: "Service"),
    module("Journal", in: "Service", ["Messages", "CSystemd", "CLinux", logging]),

    // The core: values and decisions.
    module("SyncCore", in: "Core"),
    module("SyncWire", in: "Core", ["SyncCore"]),
    module("Hashing", in: "Core", ["SyncCore", "CCrypto"]),

    // The files.
    module("LibraryStore", in: "Device", ["SyncCore", "SyncWire", "Hashing", "CSQLite", "CLinux"]),
    module("HubStore", in: "Hub", ["SyncCore", "SyncWire", "Hashing", grdb]),

    // The loop and what hangs on it.
    module("EventLoop", in: "Service", ["CLinux"]),
    module("HubClient", in: "Device", ["SyncCore", "SyncWire", "EventLoop", "CCurl", "CLinux"]),
    module("ControlProtocol", in: "Service"),
    module("ServiceHost", in: "Service", ["EventLoop", "ControlProtocol", "CSystemd", "CLinux"]),
    module("Settings", in: "Service", [toml]),
    module("SyncEngine", in: "Device", ["SyncCore", "SyncWire"]),
    module("Metering", in: "Device", ["SyncCore"]),
    module("HubServer", in: "Hub", ["SyncCore", "SyncWire", "HubStore", "Journal", hummingbird, logging]),

    // The programs.
    program(
      "mediasyncd",
      [
        "SyncEngine", "LibraryStore", "HubClient", "ServiceHost", "Settings", "EventLoop", "Metering",
        "ControlProtocol", "Messages", "Journal", "CCrypto", logging, arguments,
      ]),
    program("mediasyncctl", ["ControlProtocol", "Messages", arguments]),
    program(
      "mediasync-hub",
      [
        "HubServer", "HubStore", "SyncCore", "SyncWire", "ControlProtocol", "Journal", "CSystemd", logging,
        arguments,
      ]),

    // Makes the manual pages at `make install`; it is not installed.
    module("Manual", in: "Service", ["Settings", "Messages"]),
    program("mediasync-manual", ["Manual"]),

    // Tests, and what only tests, the demo and the benchmarks use.
    .target(
      name: "SampleApplication", dependencies: ["CSQLite"], path: "Tests/SampleApplication",
      swiftSettings: strict),
    program(
      "mediasync-bench", ["SampleApplication", "ControlProtocol", "CSQLite", "CLinux"],
      path: "Tests/Benchmarks"),
    .target(name: "CFaultVFS", dependencies: ["CSQLite"], path: "Tests/Simulation/FaultVFS"),
    .target(
      name: "Simulation",
      dependencies: [
        "SyncEngine", "LibraryStore", "HubStore", "SyncCore", "SyncWire", "SampleApplication", "CFaultVFS",
      ], path: "Tests/Simulation/Model", swiftSettings: strict),
    program("mediasync-simulate", ["Simulation", arguments], path: "Tests/Simulation/Program"),
    tests("SyncCoreTests", ["SyncCore", "SampleApplication"]),
    tests("SyncEngineTests", ["SyncEngine", "SyncCore", "SampleApplication"]),
    tests("SyncWireTests", ["SyncWire", "SyncCore"]),
    tests(
      "LibraryStoreTests",
      ["LibraryStore", "HubStore", "SampleApplication", "SyncCore", "SyncWire", "CSQLite", grdb]),
    tests("HubStoreTests", ["HubStore", "SyncCore", "SyncWire", "Hashing"]),
    tests("HubServerTests", ["HubServer", "HubStore", "SyncCore", "SyncWire", "SampleApplication"]),
    tests("EventLoopTests", ["EventLoop"]),
    tests("HubClientTests", ["HubClient", "EventLoop", "SyncCore", "CLinux"]),
    tests("ControlProtocolTests", ["ControlProtocol"], exclude: ["Golden"]),
    tests("MessagesTests", ["Messages", "SyncCore", "SyncWire", "ControlProtocol", "LibraryStore"]),
    tests("JournalTests", ["Journal", "Messages", logging]),
    tests("ServiceHostTests", ["ServiceHost", "ControlProtocol", "EventLoop"]),
    tests("SettingsTests", ["Settings"]),
    tests("ManualTests", ["SampleApplication"]),
    tests("MeteringTests", ["Metering", "SyncCore", "SampleApplication"]),
    .target(
      name: "Fuzzing",
      dependencies: [
        "SyncCore", "SyncWire", "LibraryStore", "HubStore", "Settings", "ControlProtocol",
        "SampleApplication",
      ],
      path: "Tests/Fuzzing", exclude: ["Command", "Corpus"], swiftSettings: strict),
    program("mediasync-fuzz", ["Fuzzing"], path: "Tests/Fuzzing/Command"),
    tests(
      "FuzzingTests",
      [
        "Fuzzing", "SampleApplication", "SyncCore", "SyncWire", "LibraryStore", "HubStore", "SyncEngine",
      ]),
    program("mediasync-soak", ["SampleApplication"], path: "Tests/Soak"),
    tests("EndToEndTests", ["SampleApplication"]),
    .target(
      name: "ThrowawaySystem", dependencies: ["SampleApplication"], path: "Tests/ThrowawaySystem",
      exclude: ["with-systemd.sh"], swiftSettings: strict),
    tests("SystemdTests", ["ThrowawaySystem", "SampleApplication", "LibraryStore"]),
    tests("SimulationTests", ["Simulation"]),
    tests("TidyTests", []),
  ],
  cxxLanguageStandard: .cxx17
)
