import Glibc
import Hashing
import SyncCore

/// A file outside the library that stores what this device remembers of it. By it the daemon detects a
/// library that was restored while no daemon ran, even from a copy of the time before the first sync.
///
/// There is one file for each path and machine, so a copied library takes none of it along. If the file is
/// lost, nothing else is: the library's own state is in the library.
package struct ExternalStateFile: Sendable {
  private let path: String

  /// - Parameters:
  ///   - directory: the directory of such files; it is created if it does not exist.
  ///   - library: the library's path, as it is configured.
  ///   - machine: this machine's application-specific id.
  package init(directory: String, library: String, machine: String?) {
    let name = HexText.of(Array(Digest.sha256(Array("\(machine ?? "")\0\(library)".utf8)).prefix(16)))
    path = directory + "/library-" + name
    Self.make(directory)
  }

  /// Creates a directory and its parents, with access for the owner only.
  private static func make(_ directory: String) {
    var made = ""
    for part in directory.split(separator: "/") {
      made += "/" + part
      mkdir(made, 0o700)
    }
  }

  /// Reads what is remembered; `nil` if there is no file or it is unreadable.
  func read() -> RememberedLibrary? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return RememberedLibrary(text: String(decoding: bytes[..<count], as: UTF8.self))
  }

  /// Writes the file. If that fails, deletes it: an outdated file would be believed.
  func write(_ remembered: RememberedLibrary) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One write of less than a page: after a kill the file has either the old or the new content. Readers
    // ignore what is behind the last line.
    let bytes = Array(remembered.text.utf8)
    if Glibc.pwrite(descriptor, bytes, bytes.count, 0) != bytes.count { unlink(path) }
  }
}

extension RememberedLibrary {
  private static let end = "end"

  /// The text of the file, with one value per line.
  var text: String {
    """
    device \(device)
    token \(token?.rawValue ?? "")
    pending \(pending?.rawValue ?? "")
    sequence \(logSequence)
    \(Self.end)

    """
  }

  /// Parses the text of the file; `nil` if it is incomplete.
  init?(text: String) {
    let lines = text.split(separator: "\n", maxSplits: 5, omittingEmptySubsequences: false)
    guard lines.count > 4, lines[4] == Self.end else { return nil }
    func value(_ line: Int, _ name: String) -> String? {
      lines[line].hasPrefix(name + " ") ? String(lines[line].dropFirst(name.count + 1)) : nil
    }
    guard let device = value(0, "device"), !device.isEmpty, let token = value(1, "token"),
      let pending = value(2, "pending"), let sequence = value(3, "sequence").flatMap({ Int64($0) })
    else { return nil }
    self.init(
      device: DeviceID(rawValue: device), token: token.isEmpty ? nil : WriteToken(rawValue: token),
      pending: pending.isEmpty ? nil : WriteToken(rawValue: pending), logSequence: sequence)
  }
}
