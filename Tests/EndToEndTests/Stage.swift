import Foundation
import SampleApplication
import Testing

/// The tests with real binaries, real files and loopback. They run one after the other: each starts several
/// processes, and some measure time.
@Suite(.serialized) enum EndToEnd {}

/// A temporary directory, a hub, and devices; the stage ends and removes them all at its end.
final class Stage {
  /// The directory of the binaries under test: the one that the test binary was built into.
  static let programs: String = {
    if let named = ProcessInfo.processInfo.environment["MEDIASYNC_TEST_PROGRAMS"] { return named }
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: own).deletingLastPathComponent().path
  }()

  let directory: String
  let hub: HubProcess
  private var devices: [DaemonProcess] = []

  /// Starts a hub, unless the test wants none.
  init(withHub: Bool = true) throws {
    directory = try makeTemporaryDirectory("e2e")
    hub = try HubProcess(programs: Self.programs, directory: directory)
    if withHub { try hub.start() }
  }

  deinit {
    for device in devices { try? device.kill() }
    try? hub.kill()
    // MEDIASYNC_TEST_KEEP=1 keeps the files of a failed test for inspection.
    guard ProcessInfo.processInfo.environment["MEDIASYNC_TEST_KEEP"] == nil else { return }
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// A device with a copy of a fixture and its own token.
  func device(_ name: String, _ fixture: Fixture? = .empty, hub other: String? = nil) throws -> DaemonProcess
  {
    let token = try other == nil ? hub.token(device: name) : "a-token-that-is-long-enough-for-anyone"
    let made = try DaemonProcess(
      programs: Self.programs, directory: directory + "/" + name, fixture: fixture, hub: other ?? hub.url,
      token: token)
    devices.append(made)
    return made
  }

  /// A device whose hub is unreachable.
  func lonelyDevice(_ name: String, _ fixture: Fixture?) throws -> DaemonProcess {
    try device(name, fixture, hub: "http://127.0.0.1:\(LoopbackSocket.freePort())/sync")
  }

  /// Runs whole cycles on each device until each has applied all the others' changes.
  func waitUntilInStep(_ devices: [DaemonProcess], sourceLocation: SourceLocation = #_sourceLocation) throws {
    for device in devices + devices {
      let end = try device.sync()
      #expect(end.code == 0, "\(device.directory): \(end.errors)", sourceLocation: sourceLocation)
    }
  }

  /// Expects that all these devices hold the same data.
  func expectEqual(_ devices: [DaemonProcess], sourceLocation: SourceLocation = #_sourceLocation) throws {
    guard let first = devices.first else { return }
    let digest = try LibraryDigest(first.library)
    for other in devices.dropFirst() {
      let difference = try digest.difference(from: LibraryDigest(other.library))
      #expect(difference == "", "\(other.directory)", sourceLocation: sourceLocation)
    }
  }
}

/// One value of a query on a library that may be in use.
func value(_ library: String, _ sql: String) throws -> SQLValue? {
  try SQLiteConnection(library, .readOnly).value(sql)
}

/// A program's errors in lower case: messages are for people, and tests look for the words that they must
/// contain.
func said(_ end: ProgramEnd) -> String { end.errors.lowercased() }
