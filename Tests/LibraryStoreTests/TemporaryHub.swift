import Foundation
import HubStore

/// A hub's library in its own directory, removed with the object.
final class TemporaryHub {
  let library: HubLibrary
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "hub-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    library = try HubLibrary.open(at: directory.appending(path: "hub.sqlite").path, durability: .process)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }
}
