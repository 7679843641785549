import GRDB
import SyncCore

/// Why an operation on the hub's files failed.
package enum HubStoreError: Error, Hashable, Sendable {
  /// Another connection holds the file. Trying again helps.
  case busy
  /// The disk is full; nothing was written.
  case diskFull
  /// The file is not a database, or it is damaged.
  case damaged(detail: String)
  /// A newer version of this program wrote the file.
  case fromNewerVersion(found: Int64)
  /// Any other error of SQLite or the system.
  case io(detail: String)
  /// A file or the data directory is no longer where it was opened.
  case moved(path: String)
  /// Another process serves the directory.
  case served(directory: String, process: Int32?)
  /// A change id came again with other content: the device's library was restored from an older copy.
  case deviceRewound(changeID: ChangeID)
  /// The client's cursor belongs to another log.
  case logMismatch(ours: LogID)
  /// This log does not reach the client's position, or has another entry there.
  case logRewound(at: Position)
  /// The hub no longer keeps the log from the client's cursor on.
  case cursorTooOld(kept: Position)
  /// The reply to a batch would be too large; fewer changes at once can be answered.
  case replyTooLarge
  /// A request names an entity that is not synced.
  case unknownEntity(String)
  /// No library or token has this name, or the name is not allowed.
  case unusableName(String)

  /// The error in words, for a person.
  package var text: String {
    switch self {
    case .busy: "the hub's database is busy; try again in a moment"
    case .diskFull: "the hub's disk is full; free some space there"
    case .damaged(let detail): "the hub's database is damaged: \(detail)"
    case .fromNewerVersion(let found):
      "the hub's database has format \(found), which this version does not know; update mediasync-hub"
    case .io(let detail): "the hub's files cannot be used: \(detail)"
    case .moved(let path):
      "\(path) was moved, deleted or replaced while it was in use; put it back, or restart mediasync-hub"
    case .served(_, let process):
      "mediasync-hub already serves this directory\(process.map { ", as process \($0)" } ?? ""); stop it"
    case .deviceRewound(let changeID):
      "change \(changeID) was sent before with other content: the library was restored from an older copy"
    case .logMismatch(let ours): "this log is \(ours); the cursor belongs to another one"
    case .logRewound(let position):
      "this log has another entry at position \(position) or does not reach it: the hub was restored"
    case .cursorTooOld(let kept): "the hub keeps the log from position \(kept) on; take a snapshot"
    case .replyTooLarge: "the answer to so many changes would be too large; send fewer at once"
    case .unknownEntity(let name): "the entity \(name.prefix(60)) is not synced"
    case .unusableName(let name): "\(name) cannot be used as a name here"
    }
  }

  /// Converts any error to an error of this module.
  init(_ error: any Error) {
    if let error = error as? HubStoreError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self = .io(detail: String(describing: error))
      return
    }
    // Take the message only: a full description would print the statement with its values.
    let detail = error.message ?? String(error.extendedResultCode.rawValue)
    // SQLite reports a full disk with this code if it cannot grow the shared-memory file.
    if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE {
      self = .diskFull
      return
    }
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
    case .SQLITE_FULL: self = .diskFull
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(detail: detail)
    default: self = .io(detail: detail)
    }
  }
}
