import Foundation
import Synchronization
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

    /// Takes every option.
    package init(
      policy: ConflictPolicy = .latestEdit, bytesMax: Int = 8 * 1024 * 1024, retention: Duration? = nil
    ) {
      self.policy = policy
      self.bytesMax = bytesMax
      self.retention = retention
    }
  }

  /// Who may do what.
  package let tokens: TokenStore
  /// How the libraries are opened.
  package let options: Options
  private let librariesPath: String
  private let open = Mutex<[String: HubLibrary]>([:])

  /// Opens the directory, and creates it, for its owner alone, where it is missing.
  package init(directory: String, options: Options = Options()) throws(HubStoreError) {
    self.options = options
    librariesPath = directory + "/libraries"
    let ownerOnly: [FileAttributeKey: Int] = [.posixPermissions: 0o700]
    do {
      for path in [directory, librariesPath] {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true, attributes: ownerOnly)
      }
    } catch {
      throw HubStoreError.io(detail: "\(directory) cannot be created: \(error.localizedDescription)")
    }
    tokens = try TokenStore(at: directory + "/hub.sqlite")
  }

  /// The library of this name, created where it is missing. Every caller gets the same one.
  package func library(_ name: String) throws(HubStoreError) -> HubLibrary {
    guard Self.isUsable(name) else { throw HubStoreError.unusableName(name) }
    // A second connection pool to one file would have its own idea of what is under way; so the lock is held
    // while the first is opened. That happens once per library.
    let result: Result<HubLibrary, HubStoreError> = open.withLock { libraries in
      if let library = libraries[name] { return .success(library) }
      do throws(HubStoreError) {
        let library = try HubLibrary.open(
          at: librariesPath + "/\(name).sqlite", policy: options.policy, bytesMax: options.bytesMax)
        libraries[name] = library
        return .success(library)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

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
