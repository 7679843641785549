import CSQLite

/// What SQLite said.
struct DatabaseError: Error, CustomStringConvertible {
  /// The result code with everything that SQLite adds to it.
  let extendedResultCode: ResultCode
  /// SQLite's text.
  let message: String?

  /// Takes a code, extended or not, and SQLite's text.
  init(resultCode: ResultCode, message: String? = nil) {
    extendedResultCode = resultCode
    self.message = message
  }

  /// The result code without what SQLite adds to it.
  var resultCode: ResultCode { extendedResultCode.primary }

  var description: String { "\(message ?? "SQLite failed") (code \(extendedResultCode.rawValue))" }
}

/// One of SQLite's result codes, under SQLite's names.
struct ResultCode: RawRepresentable, Hashable {
  let rawValue: Int32

  /// The code without what SQLite adds to it.
  var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

  static let SQLITE_ERROR = ResultCode(rawValue: CSQLite.SQLITE_ERROR)
  static let SQLITE_PERM = ResultCode(rawValue: CSQLite.SQLITE_PERM)
  static let SQLITE_ABORT = ResultCode(rawValue: CSQLite.SQLITE_ABORT)
  static let SQLITE_BUSY = ResultCode(rawValue: CSQLite.SQLITE_BUSY)
  static let SQLITE_LOCKED = ResultCode(rawValue: CSQLite.SQLITE_LOCKED)
  static let SQLITE_READONLY = ResultCode(rawValue: CSQLite.SQLITE_READONLY)
  static let SQLITE_INTERRUPT = ResultCode(rawValue: CSQLite.SQLITE_INTERRUPT)
  static let SQLITE_IOERR = ResultCode(rawValue: CSQLite.SQLITE_IOERR)
  static let SQLITE_CORRUPT = ResultCode(rawValue: CSQLite.SQLITE_CORRUPT)
  static let SQLITE_FULL = ResultCode(rawValue: CSQLite.SQLITE_FULL)
  static let SQLITE_CANTOPEN = ResultCode(rawValue: CSQLite.SQLITE_CANTOPEN)
  static let SQLITE_SCHEMA = ResultCode(rawValue: CSQLite.SQLITE_SCHEMA)
  static let SQLITE_CONSTRAINT = ResultCode(rawValue: CSQLite.SQLITE_CONSTRAINT)
  static let SQLITE_MISMATCH = ResultCode(rawValue: CSQLite.SQLITE_MISMATCH)
  static let SQLITE_MISUSE = ResultCode(rawValue: CSQLite.SQLITE_MISUSE)
  static let SQLITE_AUTH = ResultCode(rawValue: CSQLite.SQLITE_AUTH)
  static let SQLITE_NOTADB = ResultCode(rawValue: CSQLite.SQLITE_NOTADB)
  // Swift does not see the extended codes, which are macros: primary code, and a number shifted by eight.
  static let SQLITE_IOERR_SHORT_READ = ResultCode(rawValue: CSQLite.SQLITE_IOERR | 2 << 8)
  static let SQLITE_CORRUPT_VTAB = ResultCode(rawValue: CSQLite.SQLITE_CORRUPT | 1 << 8)
  static let SQLITE_CONSTRAINT_UNIQUE = ResultCode(rawValue: CSQLite.SQLITE_CONSTRAINT | 8 << 8)
}
