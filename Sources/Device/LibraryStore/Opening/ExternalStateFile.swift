import Glibc
import Hashing
import SyncCore

/// What is remembered of a library outside of it, in a file of its own, so that a library that was restored while no
/// daemon ran is told, also from a copy of the time before it was ever synced.
///
/// One for each path and machine: a library that is copied elsewhere takes nothing of it along. Nothing is lost with the
/// file but this: the library's own state goes on.
package struct ExternalStateFile: Sendable {
  private let path: String

  /// - Parameters:
  ///   - directory: where such files are kept; it is made if it is not there.
  ///   - library: the library's path, as it is configured.
  ///   - machine: this machine's application-specific id.
  package init(directory: String, library: String, machine: String?) {
    let name = HexText.of(Array(Digest.sha256(Array("\(machine ?? "")\0\(library)".utf8)).prefix(16)))
    path = directory + "/library-" + name
    Self.make(directory)
  }

  /// Makes a directory for its owner alone, with what it lies in.
  private static func make(_ directory: String) {
    var made = ""
    for part in directory.split(separator: "/") {
      made += "/" + part
      mkdir(made, 0o700)
    }
  }

  /// What is remembered; `nil` if there is nothing, or nothing that can be read.
  func read() -> RememberedLibrary? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return RememberedLibrary(text: String(decoding: bytes[..<count], as: UTF8.self))
  }

  /// Keeps it. One that cannot be kept is as good as none: what stands there from before would be believed.
  func write(_ remembered: RememberedLibrary) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One write of less than a page: after a kill it is there or not. Behind its last line nothing is read.
    let bytes = Array(remembered.text.utf8)
    if Glibc.pwrite(descriptor, bytes, bytes.count, 0) != bytes.count { unlink(path) }
  }
}

extension RememberedLibrary {
  private static let end = "end"

  /// One value a line.
  var text: String {
    """
    device \(device)
    token \(token?.rawValue ?? "")
    pending \(pending?.rawValue ?? "")
    sequence \(logSequence)
    \(Self.end)

    """
  }

  /// Reads what `text` says; `nil` if it is not whole.
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
