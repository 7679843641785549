import Foundation
import SyncCore

/// The hub's data directory: `hub.sqlite` with the tokens, and one `libraries/<name>.sqlite` per library.
package final class HubData: Sendable {
  /// How the hub opens its libraries.
  package struct Options: Sendable {
    /// Which of two edits of a column wins.
    package var policy: ConflictPolicy
    /// The most bytes in one request body.
    package var bytesMax: Int

    /// How long the hub keeps history; `nil` for ever.
    package var retention: Duration?

    /// How many unused libraries may stay open.
    package var librariesMax: Int

    /// Takes every option; the defaults are those of `mediasync-hub serve`.
    package init(
      policy: ConflictPolicy = .latestEdit, bytesMax: Int = 8 * 1024 * 1024, retention: Duration? = nil,
      librariesMax: Int = 32
    ) {
      self.policy = policy
      self.bytesMax = bytesMax
      self.retention = retention
      self.librariesMax = librariesMax
    }
  }

  /// File descriptors that an open library may need.
  package static let descriptorsOfLibrary = OpenLibraries.descriptors

  /// The tokens of all libraries.
  package let tokens: TokenStore
  /// How the hub opens its libraries.
  package let options: Options
  /// The path of the directory.
  package let directory: String
  private let librariesPath: String
  private let tokensPath: String
  /// The identities of the two directories and the token file when they were opened.
  private let opened: [FileIdentity?]
  private let libraries: OpenLibraries

  /// Opens the directory. If it is missing, creates it with access for its owner only.
  package init(directory: String, options: Options = Options()) throws(HubStoreError) {
    self.options = options
    self.directory = directory
    librariesPath = directory + "/libraries"
    tokensPath = directory + "/hub.sqlite"
    libraries = OpenLibraries(most: options.librariesMax)
    for path in [directory, librariesPath] { try PrivateFiles.makeDirectory(path) }
    tokens = try TokenStore(at: tokensPath)
    PrivateFiles.mend(directory)
    PrivateFiles.mend(librariesPath)
    opened = [directory, librariesPath, tokensPath].map { FileIdentity(path: $0) }
  }

  /// The library of this name; creates it if it is missing. All callers get the same object while anybody
  /// holds it, and its file stays open as long.
  package func library(_ name: String) throws(HubStoreError) -> HubLibrary {
    guard Self.isUsable(name) else { throw HubStoreError.unusableName(name) }
    try checkPlace()
    let path = librariesPath + "/\(name).sqlite"
    return try libraries.library(name, at: path, now: .now) {
      [options] (acknowledged) throws(HubStoreError) in
      try PrivateFiles.makeFile(path)
      return try HubLibrary.open(
        at: path, policy: options.policy, bytesMax: options.bytesMax, acknowledged: acknowledged)
    }
  }

  /// Checks that the files are still where they were opened. Nobody would find what is written to a moved or
  /// deleted directory.
  package func checkPlace() throws(HubStoreError) {
    for (path, identity) in zip([directory, librariesPath, tokensPath], opened)
    where FileIdentity(path: path) != identity {
      throw HubStoreError.moved(path: path)
    }
  }

  /// Closes the libraries that nobody has used since `time`. Returns how many stay open.
  package func closeLibraries(unusedSince time: ContinuousClock.Instant) -> Int {
    libraries.close(unusedSince: time)
  }

  /// How many libraries the hub keeps open.
  package var openLibraries: Int { libraries.count }

  /// The names of the existing libraries, sorted.
  package func libraryNames() throws(HubStoreError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: librariesPath).compactMap { file in
        let name = file.hasSuffix(".sqlite") ? String(file.dropLast(7)) : ""
        return Self.isUsable(name) ? name : nil
      }.sorted()
    } catch {
      throw HubStoreError.io(detail: "\(librariesPath) cannot be read: \(error.localizedDescription)")
    }
  }

  /// Whether a library may have this name: 1 to 64 characters of `a-z`, `0-9`, `-` and `_`.
  package static func isUsable(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
          || byte == UInt8(ascii: "_")
      }
  }
}
