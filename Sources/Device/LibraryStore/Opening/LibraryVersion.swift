/// By what a look sees that the application has been at work: its log, and its schema. Both can be read in any
/// connection, and neither changes by a checkpoint or a VACUUM.
struct LibraryVersion: Equatable {
  let log: LocalLogEnd
  let schemaCookie: Int64

  static func read(_ database: Database) throws -> LibraryVersion {
    LibraryVersion(
      log: try LocalLogEnd.read(database),
      schemaCookie: try database.firstValue("PRAGMA schema_version")?.integer ?? 0)
  }
}
