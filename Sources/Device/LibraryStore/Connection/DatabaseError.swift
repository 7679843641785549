import CSQLite

/// An error that SQLite reported.
struct DatabaseError: Error, CustomStringConvertible {
  /// The extended result code.
  let extendedResultCode: ResultCode
  /// SQLite's text.
  let message: String?

  /// Makes an error of a result code, extended or not, and SQLite's message.
  init(resultCode: ResultCode, message: String? = nil) {
    extendedResultCode = resultCode
    self.message = message
  }

  /// The primary result code.
  var resultCode: ResultCode { extendedResultCode.primary }

  var description: String { "\(message ?? "SQLite failed") (code \(extendedResultCode.rawValue))" }
}

/// A result code of SQLite.
struct ResultCode: RawRepresentable, Hashable {
  let rawValue: Int32

  /// The primary result code.
  var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

  static let error = ResultCode(rawValue: CSQLite.SQLITE_ERROR)
  static let permission = ResultCode(rawValue: CSQLite.SQLITE_PERM)
  static let abort = ResultCode(rawValue: CSQLite.SQLITE_ABORT)
  static let busy = ResultCode(rawValue: CSQLite.SQLITE_BUSY)
  static let locked = ResultCode(rawValue: CSQLite.SQLITE_LOCKED)
  static let readOnly = ResultCode(rawValue: CSQLite.SQLITE_READONLY)
  static let interrupt = ResultCode(rawValue: CSQLite.SQLITE_INTERRUPT)
  static let corrupt = ResultCode(rawValue: CSQLite.SQLITE_CORRUPT)
  static let full = ResultCode(rawValue: CSQLite.SQLITE_FULL)
  static let cannotOpen = ResultCode(rawValue: CSQLite.SQLITE_CANTOPEN)
  static let constraint = ResultCode(rawValue: CSQLite.SQLITE_CONSTRAINT)
  static let misuse = ResultCode(rawValue: CSQLite.SQLITE_MISUSE)
  static let authorization = ResultCode(rawValue: CSQLite.SQLITE_AUTH)
  static let notADatabase = ResultCode(rawValue: CSQLite.SQLITE_NOTADB)
  // Swift does not see the extended codes, which are macros: a primary code plus a number shifted by eight
  // bits.
  static let shortRead = ResultCode(rawValue: CSQLite.SQLITE_IOERR | 2 << 8)
  static let corruptVirtualTable = ResultCode(rawValue: CSQLite.SQLITE_CORRUPT | 1 << 8)
  static let uniqueConstraint = ResultCode(rawValue: CSQLite.SQLITE_CONSTRAINT | 8 << 8)
}
