import CSQLite

/// SQLite's error, with its extended code: `SQLITE_BUSY_SNAPSHOT` is 517.
package struct SampleFailure: Error, CustomStringConvertible, Sendable {
  /// The extended result code.
  package let code: Int32
  /// SQLite's text, and the statement.
  package let description: String
}

/// A connection to an SQLite file: plain C calls, with cached prepared statements.
package final class SQLiteConnection {
  /// How a file is opened.
  package enum Mode: Sendable { case readWrite, readOnly }

  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]

  /// Opens an existing file (or `:memory:`); waits for locks as long as `busyMilliseconds`.
  package init(_ path: String, _ mode: Mode = .readWrite, busyMilliseconds: Int32 = 10_000)
    throws(SampleFailure)
  {
    var opened: OpaquePointer?
    let flags = mode == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
    let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened else {
      throw SampleFailure(code: code, description: "cannot open \(path): out of memory")
    }
    handle = opened
    sqlite3_extended_result_codes(opened, 1)
    sqlite3_busy_timeout(opened, busyMilliseconds)
    guard code == SQLITE_OK else { throw failure(code, path) }
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  /// Whether a transaction is open.
  package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
  /// How many rows this connection has changed.
  package var totalChanges: Int { Int(sqlite3_total_changes64(handle)) }
  /// The rowid of the newest insert.
  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Runs statements without arguments and results.
  package func execute(_ sql: String) throws(SampleFailure) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code, sql) }
  }

  /// Runs one statement to its end and returns the number of rows it changed.
  @discardableResult
  package func run(_ sql: String, _ arguments: [SQLValue] = []) throws(SampleFailure) -> Int {
    try each(sql, arguments) { (_: [SQLValue]) throws(SampleFailure) in }
    return Int(sqlite3_changes(handle))
  }

  /// All rows of a query.
  package func rows(_ sql: String, _ arguments: [SQLValue] = []) throws(SampleFailure) -> [[SQLValue]] {
    var result: [[SQLValue]] = []
    try each(sql, arguments) { (row: [SQLValue]) throws(SampleFailure) in result.append(row) }
    return result
  }

  /// The first column of the first row; `nil` if there is no row.
  package func value(_ sql: String, _ arguments: [SQLValue] = []) throws(SampleFailure) -> SQLValue? {
    try rows(sql, arguments).first?.first
  }

  /// The first row by column name; `nil` if there is none.
  package func named(_ sql: String, _ arguments: [SQLValue] = []) throws(SampleFailure) -> [String: SQLValue]?
  {
    guard let row = try rows(sql, arguments).first else { return nil }
    let statement = try prepared(sql)
    var result: [String: SQLValue] = [:]
    for (index, value) in row.enumerated() {
      result[String(cString: sqlite3_column_name(statement, Int32(index)))] = value
    }
    return result
  }

  /// Passes each row of a query to `body`.
  package func each(
    _ sql: String, _ arguments: [SQLValue], _ body: ([SQLValue]) throws(SampleFailure) -> Void
  ) throws(SampleFailure) {
    let statement = try prepared(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, argument) in arguments.enumerated() { bind(argument, Int32(index + 1), statement) }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw failure(code, sql) }
      try body((0..<sqlite3_column_count(statement)).map { column($0, statement) })
    }
  }

  /// Makes this library equal to another file, by SQLite's backup API, `pages` at a time, as `.restore` does.
  /// The file stays the same one.
  package func restore(from path: String, pages: Int32 = -1) throws(SampleFailure) {
    let source = try SQLiteConnection(path, .readOnly)
    guard let backup = sqlite3_backup_init(handle, "main", source.handle, "main") else {
      throw failure(sqlite3_errcode(handle), "restore")
    }
    var code = SQLITE_OK
    while code == SQLITE_OK { code = sqlite3_backup_step(backup, pages) }
    let end = sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, end == SQLITE_OK else { throw failure(code, "restore") }
  }

  private func prepared(_ sql: String) throws(SampleFailure) -> OpaquePointer {
    if let known = statements[sql] { return known }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw failure(code, sql) }
    statements[sql] = statement
    return statement
  }

  private func bind(_ value: SQLValue, _ index: Int32, _ statement: OpaquePointer) {
    // SQLITE_TRANSIENT: SQLite copies before the call returns.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let number): sqlite3_bind_int64(statement, index, number)
    case .boolean(let flag): sqlite3_bind_int64(statement, index, flag ? 1 : 0)
    case .real(let number): sqlite3_bind_double(statement, index, number)
    case .text(let text):
      // `withCString` never returns a null address, which SQLite would bind as NULL.
      let count = Int32(text.utf8.count)
      _ = text.withCString { sqlite3_bind_text(statement, index, $0, count, transient) }
    case .blob(let bytes): sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), transient)
    }
  }

  private func column(_ index: Int32, _ statement: OpaquePointer) -> SQLValue {
    switch sqlite3_column_type(statement, index) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(statement, index) else { return .null }
      let count = Int(sqlite3_column_bytes(statement, index))
      return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      guard let bytes = sqlite3_column_blob(statement, index) else { return .blob([]) }
      return .blob(
        [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, index)))))
    default: return .null
    }
  }

  private func failure(_ code: Int32, _ sql: String) -> SampleFailure {
    let extended = sqlite3_extended_errcode(handle)
    let text = String(cString: sqlite3_errmsg(handle))
    return SampleFailure(
      code: extended == SQLITE_OK ? code : extended, description: "\(text) (\(extended)): \(sql)")
  }
}
