import SyncCore

/// Translates SQLite's result codes into our errors. Nothing else does.
enum SQLiteFailure {
  static func storeError(_ error: any Error, path: String, waited: Duration) -> StoreError {
    if let known = error as? StoreError { return known }
    if let index = error as? IndexOutOfStep {
      return .inputOutput(path: path, detail: "full-text index \(index.table ?? "") \(index.detail)")
    }
    guard let failure = error as? DatabaseError else {
      return .inputOutput(path: path, detail: String(describing: error))
    }
    // A file that is shorter than its header says is probably still being written.
    if failure.extendedResultCode == .shortRead {
      return .damaged(path: path, detail: "the file is too short")
    }
    let detail = "\(failure.message ?? "SQLite") (code \(failure.extendedResultCode.rawValue))"
    // This code concerns a full-text index only; the rows are sound.
    guard failure.extendedResultCode != .corruptVirtualTable else {
      return .inputOutput(path: path, detail: "a full-text index: " + detail)
    }
    switch failure.resultCode {
    case .busy, .locked: return .busy(path: path, waited: waited)
    case .full: return .diskFull(path: path)
    case .readOnly: return .readOnly(at: path)
    case .notADatabase: return .notADatabase(path: path)
    case .cannotOpen, .permission, .authorization: return .notPermitted(at: path)
    case .corrupt: return .damaged(path: path, detail: detail)
    default: return .inputOutput(path: path, detail: detail)
    }
  }
}
