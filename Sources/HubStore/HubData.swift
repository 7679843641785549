import Foundation
import SyncCore

/// The directory in which a hub keeps everything: `hub.sqlite` with the tokens, `libraries/<name>.sqlite`.
package final class HubData: Sendable {
  /// How the libraries are opened.
  package struct Options: Sendable {
    /// Which of two edits of a column wins.
    package var policy: ConflictPolicy
    /// The most bytes in one body.
    package var bytesMax: Int

    /// How long history is kept; `nil` for ever.
    package var retention: Duration?

    /// How many libraries may stay open that nobody works with.
    package var librariesMax: Int

    /// Takes every option.
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

  /// Descriptors that an open library may need.
  package static let descriptorsOfLibrary = OpenLibraries.descriptors

  /// Who may do what.
  package let tokens: TokenStore
  /// How the libraries are opened.
  package let options: Options
  /// Where everything lies.
  package let directory: String
  private let librariesPath: String
  private let tokensPath: String
  /// The directories and the file of the tokens, as they were opened.
  private let opened: [FileIdentity?]
  private let libraries: OpenLibraries

  /// Opens the directory, and creates it, for its owner alone, where it is missing.
  package init(directory: String, options: Options = Options()) throws(HubStoreError) {
    self.options = options
    self.directory = directory
    librariesPath = directory + "/libraries"
    tokensPath = directory + "/hub.sqlite"
    libraries = OpenLibraries(most: options.librariesMax)
    for path in [directory, librariesPath] { try OwnerOnly.makeDirectory(path) }
    tokens = try TokenStore(at: tokensPath)
    OwnerOnly.mend(directory)
    OwnerOnly.mend(librariesPath)
    opened = [directory, librariesPath, tokensPath].map { FileIdentity(path: $0) }
  }

  /// The library of this name, created where it is missing. Every caller gets the same one as long as anybody holds it;
  /// who holds it keeps its file open.
  package func library(_ name: String) throws(HubStoreError) -> HubLibrary {
    guard Self.isUsable(name) else { throw HubStoreError.unusableName(name) }
    try checkPlace()
    let path = librariesPath + "/\(name).sqlite"
    return try libraries.library(name, at: path, now: .now) {
      [options] (acknowledged) throws(HubStoreError) in
      try OwnerOnly.makeFile(path)
      return try HubLibrary.open(
        at: path, policy: options.policy, bytesMax: options.bytesMax, acknowledged: acknowledged)
    }
  }

  /// Whether everything is still where it was opened. What is written to a directory that was moved or deleted nobody
  /// finds again.
  package func checkPlace() throws(HubStoreError) {
    for (path, identity) in zip([directory, librariesPath, tokensPath], opened)
    where FileIdentity(path: path) != identity {
      throw HubStoreError.moved(path: path)
    }
  }

  /// Closes the libraries that nobody has used since. Gives how many stay open.
  package func closeLibraries(unusedSince time: ContinuousClock.Instant) -> Int {
    libraries.close(unusedSince: time)
  }

  /// How many libraries are kept open.
  package var openLibraries: Int { libraries.count }

  /// The names of the libraries that there are, in order.
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

  /// Whether a library may have this name: 1 to 64 of `a-z`, `0-9`, `-` and `_`.
  package static func isUsable(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
          || byte == UInt8(ascii: "_")
      }
  }
}
