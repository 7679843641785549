import CSQLite

/// A connection to an SQLite file, with its prepared statements. It is synchronous, and only one thread at a
/// time may use it.
///
/// GRDB's connection is not used: it creates a Dispatch queue for each connection and lets Dispatch clean up
/// after it on a global queue. From then on Dispatch wakes the process once a second, as long as it runs
/// (promise 7). The daemon opens and closes a library all day (docs/decisions/0015).
final class Database {
  /// How a file is opened.
  enum Access { case readWrite, readOnly }

  /// How a transaction begins.
  enum TransactionKind: String {
    case immediate = "IMMEDIATE"
    case deferred = "DEFERRED"
  }

  /// SQLite's handle; `nil` once the connection is closed.
  private(set) var sqliteConnection: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  /// Opens an existing file. A statement that finds the file locked waits for at most `busyTimeout`.
  init(path: String, _ access: Access = .readWrite, busyTimeout: Duration) throws {
    var opened: OpaquePointer?
    let flags = (access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      defer { sqlite3_close_v2(opened) }
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: opened.map { String(cString: sqlite3_errmsg($0)) })
    }
    sqliteConnection = opened
    sqlite3_extended_result_codes(opened, 1)
    sqlite3_busy_timeout(opened, Int32(busyTimeout / .milliseconds(1)))
    // A quoted name that does not exist is an error. By default SQLite takes it for a text.
    _ = csqlite_forbid_quoted_texts(opened)
  }

  /// Opens a file read-only while `body` runs, and then closes it.
  static func reading<Outcome>(
    _ path: String, busyTimeout: Duration, _ body: (Database) throws -> Outcome
  ) throws -> Outcome {
    let database = try Database(path: path, .readOnly, busyTimeout: busyTimeout)
    let outcome = try body(database)
    try database.close()
    return outcome
  }

  deinit {
    releaseMemory()
    if let sqliteConnection { sqlite3_close_v2(sqliteConnection) }
  }

  /// Closes the file. The connection cannot be used afterwards.
  ///
  /// - Throws: SQLite's error if a statement that is still in use keeps the file open.
  func close() throws {
    guard let connection = sqliteConnection else { return }
    releaseMemory()
    guard sqlite3_close(connection) == SQLITE_OK else { throw failure() }
    sqliteConnection = nil
  }

  /// The statement of an SQL text. It is prepared at the first use and kept.
  func statement(_ sql: String) throws -> OpaquePointer {
    if let known = statements[sql] { return known }
    guard let connection = sqliteConnection else { throw DatabaseError(resultCode: .misuse) }
    var prepared: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    guard sqlite3_prepare_v3(connection, sql, -1, flags, &prepared, nil) == SQLITE_OK, let prepared else {
      throw failure()
    }
    statements[sql] = prepared
    return prepared
  }

  /// Runs statements without parameters and results.
  func execute(sql: String) throws {
    guard let connection = sqliteConnection else { throw DatabaseError(resultCode: .misuse) }
    guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  /// Whether there is a table or a virtual table of this name. Ignores case.
  func tableExists(_ name: String) throws -> Bool {
    try hasRow("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE", .text(name))
  }

  /// Whether a transaction is open.
  var isInsideTransaction: Bool { sqliteConnection.map { sqlite3_get_autocommit($0) == 0 } ?? false }
  /// How many rows this connection has changed.
  var totalChangesCount: Int { sqliteConnection.map { Int(sqlite3_total_changes64($0)) } ?? 0 }

  /// The rowid of the newest insert.
  var lastInsertedRowID: Int64 { sqliteConnection.map { sqlite3_last_insert_rowid($0) } ?? 0 }

  /// Begins a transaction.
  func beginTransaction(_ kind: TransactionKind = .deferred) throws {
    try execute(sql: "BEGIN \(kind.rawValue) TRANSACTION")
  }

  /// Commits the transaction.
  func commit() throws { try execute(sql: "COMMIT TRANSACTION") }

  /// Rolls the transaction back.
  func rollback() throws { try execute(sql: "ROLLBACK TRANSACTION") }

  /// How a transaction or a savepoint ends.
  enum Completion { case commit, rollback }

  /// Runs `body` in a transaction. If it throws, the transaction is rolled back.
  func inTransaction(_ kind: TransactionKind = .deferred, _ body: () throws -> Completion) throws {
    try beginTransaction(kind)
    do {
      if try body() == .commit { try commit() } else { try rollback() }
    } catch {
      if isInsideTransaction { try rollback() }
      throw error
    }
  }

  /// Runs `body` in a savepoint, so that its work can be undone without the surrounding transaction. If it
  /// throws, its work is undone too.
  func inSavepoint(_ body: () throws -> Completion) throws {
    try execute(sql: "SAVEPOINT mediasync")
    do {
      if try body() == .rollback { try execute(sql: "ROLLBACK TO SAVEPOINT mediasync") }
      try execute(sql: "RELEASE SAVEPOINT mediasync")
    } catch {
      // SQLite itself may have ended the whole transaction.
      if isInsideTransaction {
        try execute(sql: "ROLLBACK TO SAVEPOINT mediasync; RELEASE SAVEPOINT mediasync")
      }
      throw error
    }
  }

  /// Releases the prepared statements and the pages in SQLite's cache. No statement may be in use.
  func releaseMemory() {
    for statement in statements.values { sqlite3_finalize(statement) }
    statements.removeAll()
    if let sqliteConnection { sqlite3_db_release_memory(sqliteConnection) }
  }

  private func failure() -> DatabaseError {
    guard let connection = sqliteConnection else { return DatabaseError(resultCode: .misuse) }
    return DatabaseError(
      resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
      message: String(cString: sqlite3_errmsg(connection)))
  }
}
