import Foundation

/// The sample libraries in `Tests/Fixtures`, each written by a release of the real application: `v9` by one
/// with schema 9, `v26` by one with schema 26, the others by the first one, with schema 1.
package enum Fixture: String, CaseIterable, Sendable {
  case laptop, desktop, empty
  case v9Laptop = "v9-laptop"
  case v9Desktop = "v9-desktop"
  case v26Laptop = "v26-laptop"
  case v26Desktop = "v26-desktop"

  /// The file itself. Copy it and never open it: opening a WAL file writes next to it.
  package var path: String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return tests.appendingPathComponent("Fixtures/\(rawValue).sqlite").path
  }

  /// Copies the file to a path, writable; replaces an existing file.
  package func copy(to path: String) throws {
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.removeItem(atPath: path + suffix)
    }
    try FileManager.default.copyItem(atPath: self.path, toPath: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
  }
}

/// Creates a directory under the system's temporary one; the caller removes it.
package func makeTemporaryDirectory(_ purpose: String) throws -> String {
  let path = NSTemporaryDirectory() + "/mediasync-\(purpose)-\(UUID().uuidString.prefix(8).lowercased())"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}
