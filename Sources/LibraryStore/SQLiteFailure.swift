import GRDB
import SyncCore

/// The one place where SQLite's result codes become our errors.
enum SQLiteFailure {
  static func storeError(_ error: any Error, path: String, waited: Duration) -> StoreError {
    guard let failure = error as? DatabaseError else {
      return .inputOutput(path: path, detail: String(describing: error))
    }
    let detail = "\(failure.message ?? "SQLite") (code \(failure.extendedResultCode.rawValue))"
    switch failure.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy(path: path, waited: waited)
    case .SQLITE_FULL: return .diskFull(path: path)
    case .SQLITE_READONLY: return .readOnly(path: path)
    case .SQLITE_NOTADB: return .notADatabase(path: path)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: return .notPermitted(path: path)
    case .SQLITE_CORRUPT: return .damaged(path: path, detail: detail)
    default: return .inputOutput(path: path, detail: detail)
    }
  }
}
