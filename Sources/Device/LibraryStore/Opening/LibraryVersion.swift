/// The state by which the daemon detects the application's work: the log and the schema cookie. Any
/// connection can read both, and neither a checkpoint nor a VACUUM changes them.
struct LibraryVersion: Equatable {
  let log: LocalLogEnd
  let schemaCookie: Int64

  static func read(_ database: Database) throws -> LibraryVersion {
    LibraryVersion(
      log: try LocalLogEnd.read(database),
      schemaCookie: try database.firstValue("PRAGMA schema_version")?.integer ?? 0)
  }
}
