import Foundation
import GRDB
import SyncCore
import SyncWire

@testable import HubStore

/// A directory that its last user removes; in memory if the machine has a file system there.
final class TemporaryDirectory {
  let url: URL

  init() throws {
    let memory = URL(fileURLWithPath: "/dev/shm", isDirectory: true)
    let parent =
      FileManager.default.isWritableFile(atPath: memory.path)
      ? memory : FileManager.default.temporaryDirectory
    url = parent.appendingPathComponent("mediasync-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

extension HubLibrary {
  /// Every row's document by its uuid.
  func currentDocuments() throws -> [String: Document] {
    try reading { db in
      var documents: [String: Document] = [:]
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT "rows".uuid, log.document FROM "rows" JOIN log ON log.position = "rows".position
          """)
      for row in rows { documents[row[0]] = try Document(jsonText: row[1]) }
      return documents
    }
  }

  /// The number of rows in a table of the hub's file.
  func count(of table: String) throws -> Int {
    try reading { try Int.fetchOne($0, sql: "SELECT count(*) FROM \"\(table)\"") ?? 0 }
  }
}
