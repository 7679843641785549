import Foundation

/// The sample libraries in `Tests/Fixtures`.
package enum Fixture: String, CaseIterable, Sendable {
  case laptop, desktop, empty

  /// The file itself. Never open it: opening a WAL file writes beside it. Copy it.
  package var path: String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return tests.appendingPathComponent("Fixtures/\(rawValue).sqlite").path
  }

  /// Copies the file to a path, replacing what is there, writable.
  package func copy(to path: String) throws {
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.removeItem(atPath: path + suffix)
    }
    try FileManager.default.copyItem(atPath: self.path, toPath: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
  }
}

/// A new directory under the system's temporary one; whoever makes it removes it.
package func makeTemporaryDirectory(_ purpose: String) throws -> String {
  let path = NSTemporaryDirectory() + "/mediasync-\(purpose)-\(UUID().uuidString.prefix(8).lowercased())"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}
