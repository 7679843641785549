import CSQLite
import Glibc
import SyncCore

/// The connection to a library's file. The first statement that needs it opens it, and it is closed when
/// nothing needs it. When the last connection closes, SQLite runs a checkpoint and removes `-wal` and `-shm`,
/// so the one file is the whole library.
final class LibraryConnection {
  let path: String
  let courtesy: ReaderCourtesy
  private let pace: StoreEnvironment
  private var database: Database?
  /// The file that the connection has open, or had open last.
  private var identity: FileStamp.File.Identity?

  init(path: String, pace: StoreEnvironment) {
    self.path = path
    self.pace = pace
    courtesy = ReaderCourtesy(pace: pace)
  }

  // Close the descriptor of -shm after the connection: closing it drops SQLite's own locks on that file.
  deinit {
    database = nil
    courtesy.release()
  }

  /// Whether the file is open.
  var isOpen: Bool { database != nil }

  /// Runs `body` on the connection, and opens it first if necessary.
  ///
  /// - Throws: `StoreError.replaced` if the library's path now names another file than the open one.
  func inDatabase<Outcome>(_ body: (Database) throws -> Outcome) throws -> Outcome {
    let database = try opened()
    // An open connection follows its file wherever that is moved, but people mean the path.
    guard pace.stamp(path).stamp.file?.identity == identity else { throw StoreError.replaced(path: path) }
    return try body(database)
  }

  private func opened() throws -> Database {
    if let database { return database }
    try LibraryOpening.checkFile(path)
    let present = pace.stamp(path).stamp.file?.identity
    // What was read of the file, and the lock beside it, are valid for that file only.
    guard identity == nil || identity == present else { throw StoreError.replaced(path: path) }
    identity = present
    let opened = try Database(path: path, busyTimeout: pace.busyTimeout)
    try Self.prepare(opened)
    courtesy.begin(libraryPath: Self.resolved(path))
    database = opened
    return opened
  }

  /// Closes the file.
  ///
  /// - Throws: `StoreError.notClosed` if SQLite keeps it open. Then nobody may copy another file over it.
  func close() throws(StoreError) {
    guard let database else { return }
    do { try database.close() } catch {
      throw .notClosed(path: path, detail: String(describing: error))
    }
    self.database = nil
    courtesy.release()
  }

  /// Frees SQLite's caches.
  func releaseMemory() { database?.releaseMemory() }

  /// Resolves symbolic links: SQLite keeps `-wal` and `-shm` beside the file itself, not beside a link to it.
  private static func resolved(_ path: String) -> String {
    let real = realpath(path, nil)
    defer { free(real) }
    return real.map { String(cString: $0) } ?? path
  }

  private static func prepare(_ database: Database) throws {
    // Switches the application's triggers off for this connection only (docs/protocol.md §1, fact 5).
    guard csqlite_set_triggers(database.sqliteConnection, 0) == SQLITE_OK else {
      throw DatabaseError(resultCode: .error, message: "triggers cannot be switched off")
    }
    // Parents are looked up by uuid, and none of our statements relies on a cascade.
    try database.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY")
    // In WAL mode a power cut may undo our last transactions, each as a whole. That is safe: the cursors are
    // in them (docs/promises.md, promise 1).
    if try database.firstValue("PRAGMA journal_mode")?.text == "wal" {
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
    }
  }
}
