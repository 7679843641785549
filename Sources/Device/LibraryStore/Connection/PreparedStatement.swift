import CSQLite
import SyncCore

/// A cached statement of the library's connection. It binds and reads values without boxing them.
struct PreparedStatement {
  private let pointer: OpaquePointer
  private let connection: OpaquePointer

  init(_ database: Database, _ sql: String) throws {
    // Sound: the pointers are used only while the connection is ours, and the connection keeps the statement.
    pointer = try database.statement(sql)
    guard let connection = database.sqliteConnection else { throw DatabaseError(resultCode: .misuse) }
    self.connection = connection
    sqlite3_reset(pointer)
    sqlite3_clear_bindings(pointer)
  }

  /// Tells SQLite to copy bound text before the call returns.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  /// Binds a parameter, counted from 1.
  func bind(_ index: Int, _ value: Value) {
    switch value {
    case .null: sqlite3_bind_null(pointer, Int32(index))
    case .integer(let number): sqlite3_bind_int64(pointer, Int32(index), number)
    case .real(let number): sqlite3_bind_double(pointer, Int32(index), number)
    case .text(let text): bind(index, text)
    }
  }

  /// Binds text.
  func bind(_ index: Int, _ text: String) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        _ = sqlite3_bind_text64(
          pointer, Int32(index), characters.baseAddress, UInt64(characters.count), Self.copied,
          UInt8(SQLITE_UTF8))
      }
    }
    if text.isEmpty { sqlite3_bind_text(pointer, Int32(index), "", 0, Self.copied) }
  }

  /// Binds text, or NULL if it is `nil`.
  func bind(_ index: Int, _ text: String?) {
    if let text { bind(index, text) } else { sqlite3_bind_null(pointer, Int32(index)) }
  }

  /// Binds an integer.
  func bind(_ index: Int, _ number: Int64) { sqlite3_bind_int64(pointer, Int32(index), number) }

  /// Runs one step. Returns whether it produced a row. Reset the statement when you need no more rows.
  func step() throws -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(pointer)
      return false
    default:
      let code = ResultCode(rawValue: sqlite3_extended_errcode(connection))
      let message = String(cString: sqlite3_errmsg(connection))
      sqlite3_reset(pointer)
      throw DatabaseError(resultCode: code, message: message)
    }
  }

  /// Runs to the end and ignores the rows. Returns how many rows it changed.
  @discardableResult
  func run() throws -> Int {
    while try step() {}
    return Int(sqlite3_changes(connection))
  }

  /// Ends the statement before its last row.
  func reset() { sqlite3_reset(pointer) }

  /// Returns a column of the current row, counted from 0. A BLOB is never sent, so it reads as NULL.
  func value(_ column: Int) -> Value {
    switch sqlite3_column_type(pointer, Int32(column)) {
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(sqlite3_column_double(pointer, Int32(column)))
    case SQLITE_TEXT: .text(text(column))
    default: .null
    }
  }

  /// Whether a column of the current row holds a BLOB.
  func isBlob(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_BLOB }

  /// Whether a column of the current row is NULL.
  func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }

  /// A column as text; empty if it is NULL.
  func text(_ column: Int) -> String {
    guard let bytes = sqlite3_column_text(pointer, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(pointer, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// The bytes of a column's text, as SQLite stores them; empty if it is NULL.
  func bytes(_ column: Int) -> [UInt8] {
    guard let bytes = sqlite3_column_text(pointer, Int32(column)) else { return [] }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, Int32(column)))))
  }

  /// A column as text; `nil` if it is NULL.
  func optionalText(_ column: Int) -> String? {
    sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL ? nil : text(column)
  }

  /// A column as an integer.
  func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }

  /// Whether a column equals `value`. Creates no string. Compares numbers by value, because a column's
  /// affinity may have turned 1.0 into 1.
  func says(_ column: Int, _ value: Value) -> Bool {
    switch (sqlite3_column_type(pointer, Int32(column)), value) {
    case (SQLITE_NULL, .null): return true
    case (SQLITE_INTEGER, .integer(let number)): return integer(column) == number
    case (SQLITE_FLOAT, .real(let number)), (SQLITE_INTEGER, .real(let number)):
      return sqlite3_column_double(pointer, Int32(column)) == number
    case (SQLITE_FLOAT, .integer(let number)):
      return sqlite3_column_double(pointer, Int32(column)) == Double(number)
    case (SQLITE_TEXT, .text(let text)):
      guard let bytes = sqlite3_column_text(pointer, Int32(column)) else { return false }
      let stored = UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, Int32(column))))
      return text.utf8.count == stored.count && stored.elementsEqual(text.utf8)
    default: return false
    }
  }
}

extension Database {
  /// Returns a cached statement, ready to be bound.
  func prepared(_ sql: String) throws -> PreparedStatement { try PreparedStatement(self, sql) }

  /// Whether a query returns at least one row.
  func hasRow(_ sql: String, _ arguments: Value...) throws -> Bool {
    let statement = try prepared(sql)
    for (index, argument) in arguments.enumerated() { statement.bind(index + 1, argument) }
    defer { statement.reset() }
    return try statement.step()
  }

  /// Returns the first column of the first row; `nil` if there is no row.
  func firstValue(_ sql: String, _ arguments: Value...) throws -> Value? {
    let statement = try prepared(sql)
    for (index, argument) in arguments.enumerated() { statement.bind(index + 1, argument) }
    defer { statement.reset() }
    return try statement.step() ? statement.value(0) : nil
  }

  /// Returns the first column of every row as text; empty if it is NULL.
  func texts(_ sql: String, _ arguments: Value...) throws -> [String] {
    let statement = try prepared(sql)
    for (index, argument) in arguments.enumerated() { statement.bind(index + 1, argument) }
    var texts: [String] = []
    while try statement.step() { texts.append(statement.text(0)) }
    return texts
  }

  /// Runs a statement with its arguments. Returns how many rows it changed.
  @discardableResult
  func run(_ sql: String, _ arguments: Value...) throws -> Int {
    let statement = try prepared(sql)
    for (index, argument) in arguments.enumerated() { statement.bind(index + 1, argument) }
    return try statement.run()
  }
}

/// Quotes a table's or column's name for SQL. All names come from the catalogue or the live schema; quoting
/// ensures that even those are only names.
func quoted(_ name: String) -> String {
  "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
