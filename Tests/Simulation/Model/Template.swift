import Foundation
import SampleApplication

/// The first state of every history's files: the application's empty library, and their folder.
enum Template {
  /// The application's empty library.
  static let path = Fixture.empty.path

  /// The columns of each entity that travel, without those that are not compared (protocol.md §3).
  static let columns: [String: [String]] = {
    let local = ["id", "media_id", "keyword_id", "vector_embedding", "last_modified", "uuid"]
    var columns: [String: [String]] = [:]
    guard let connection = try? copy() else { return columns }
    for entity in LibraryDigest.entities {
      let rows = try? connection.rows("SELECT name FROM pragma_table_info(?) ORDER BY name", [.text(entity)])
      columns[entity] = (rows ?? []).compactMap { $0[0].text }.filter { !local.contains($0) }
    }
    return columns
  }()

  /// The application's schema, one line per object.
  static let schema: [String] = {
    guard let connection = try? copy() else { return [] }
    return (try? LibraryHealth.schemaText(connection)) ?? []
  }()

  /// Opens a copy of the template: opening the file itself would write next to it.
  private static func copy() throws -> SQLiteConnection {
    let directory = try makeDirectory()
    let path = directory + "/template.sqlite"
    try FileManager.default.copyItem(atPath: Template.path, toPath: path)
    let connection = try SQLiteConnection(path)
    _ = try connection.value("SELECT count(*) FROM sqlite_master")
    try FileManager.default.removeItem(atPath: directory)
    return connection
  }

  /// Creates a directory, in memory if the machine has such a file system.
  static func makeDirectory() throws -> String {
    let shared = "/dev/shm"
    let base = FileManager.default.isWritableFile(atPath: shared) ? shared : NSTemporaryDirectory()
    let path = base + "/mediasync-simulation-\(UUID().uuidString.prefix(13).lowercased())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
