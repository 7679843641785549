import CSQLite
import Glibc
import SyncCore

/// The connection to a library's file: made by the first statement that needs it, and closed when nothing does.
/// Closing is real: the last one to close checkpoints and takes `-wal` and `-shm` away, as SQLite does, so that the one
/// file is the whole library.
final class LibraryConnection {
  let path: String
  let courtesy: ReaderCourtesy
  private let pace: StoreEnvironment
  private var database: Database?
  /// Which file it is open on, or was open on last.
  private var identity: FileStamp.File.Identity?

  init(path: String, pace: StoreEnvironment) {
    self.path = path
    self.pace = pace
    courtesy = ReaderCourtesy(pace: pace)
  }

  // The descriptor of -shm goes after the connection: closing it drops SQLite's own locks on that file.
  deinit {
    database = nil
    courtesy.release()
  }

  /// Whether the file is open.
  var isOpen: Bool { database != nil }

  /// Runs `body` on the connection, which is made if there is none.
  ///
  /// - Throws: `StoreError.replaced` if the library's name stands for another file than the one that is open.
  func inDatabase<Outcome>(_ body: (Database) throws -> Outcome) throws -> Outcome {
    let database = try opened()
    // A connection follows its file wherever that is moved; what people mean is the name.
    guard pace.stamp(path).stamp.file?.identity == identity else { throw StoreError.replaced(path: path) }
    return try body(database)
  }

  private func opened() throws -> Database {
    if let database { return database }
    try LibraryOpening.checkFile(path)
    let present = pace.stamp(path).stamp.file?.identity
    // What was read of the file before holds for that one alone, and so does the lock beside it.
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
  /// - Throws: `StoreError.notClosed` if SQLite keeps it open: then nobody may copy over it.
  func close() throws(StoreError) {
    guard let database else { return }
    do { try database.close() } catch {
      throw .notClosed(path: path, detail: String(describing: error))
    }
    self.database = nil
    courtesy.release()
  }

  /// Gives the memory back that SQLite keeps for later.
  func releaseMemory() { database?.releaseMemory() }

  /// SQLite keeps `-wal` and `-shm` beside the file itself, not beside a link to it.
  private static func resolved(_ path: String) -> String {
    let real = realpath(path, nil)
    defer { free(real) }
    return real.map { String(cString: $0) } ?? path
  }

  private static func prepare(_ database: Database) throws {
    // The application's triggers stay as they are, for everyone but this connection (protocol.md §1, fact 5).
    guard csqlite_set_triggers(database.sqliteConnection, 0) == SQLITE_OK else {
      throw DatabaseError(resultCode: .error, message: "triggers cannot be switched off")
    }
    // The parents are looked up by uuid, and nothing of ours cascades.
    try database.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY")
    // In WAL mode a power cut may take back our last transactions, whole: cursors are in them (promise 1).
    if try database.firstValue("PRAGMA journal_mode")?.text == "wal" {
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
    }
  }
}
