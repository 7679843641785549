import GRDB
import SyncCore

/// Why the hub's files could not do what was asked.
package enum HubStoreError: Error, Hashable, Sendable {
  /// Another connection holds the file; trying again helps.
  case busy
  /// No room on the disk; nothing was taken.
  case diskFull
  /// The file is no database, or a damaged one.
  case damaged(detail: String)
  /// The file was written by a newer version of this program.
  case fromNewerVersion(found: Int64)
  /// Anything else that SQLite or the system says.
  case io(detail: String)
  /// A file, or the directory of all of them, is no longer where it was opened.
  case moved(path: String)
  /// Another process serves the directory.
  case served(directory: String, process: Int32?)
  /// A change id came again with other content: the device's library was restored from an older copy.
  case deviceRewound(changeID: ChangeID)
  /// The client's cursor is of another log.
  case logMismatch(ours: LogID)
  /// This log does not reach the client's position, or holds something else there.
  case logRewound(at: Position)
  /// The log is no longer kept from there on.
  case cursorTooOld(kept: Position)
  /// What is to be answered to a batch would be larger than a reply may be; fewer changes at once can be answered.
  case replyTooLarge
  /// A request names an entity that is not synced.
  case unknownEntity(String)
  /// No library or token has this name, or the name is not one that can be used.
  case unusableName(String)

  /// What happened, for a person.
  package var text: String {
    switch self {
    case .busy: "the hub's database is busy; try again in a moment"
    case .diskFull: "the hub's disk is full; nothing was taken"
    case .damaged(let detail): "the hub's database is damaged: \(detail)"
    case .fromNewerVersion(let found):
      "the hub's database has format \(found), which this version does not know; update mediasync-hub"
    case .io(let detail): "the hub's files cannot be used: \(detail)"
    case .moved(let path):
      "\(path) was moved, deleted or replaced while it was in use; put it back, or restart mediasync-hub"
    case .served(_, let process):
      "mediasync-hub serves this directory already\(process.map { ", as process \($0)" } ?? ""); stop that one first"
    case .deviceRewound(let changeID):
      "change \(changeID) was sent before with other content: the library was restored from an older copy"
    case .logMismatch(let ours): "this is log \(ours), not the one that the cursor belongs to"
    case .logRewound(let position):
      "this log holds something else at position \(position), or does not reach there: the hub was restored"
    case .cursorTooOld(let kept): "the log is kept from position \(kept) on; take a snapshot"
    case .replyTooLarge: "the answer to so many changes would be too large; send fewer at once"
    case .unknownEntity(let name): "the entity \(name.prefix(60)) is not synced"
    case .unusableName(let name): "\(name) is not a name that can be used here"
    }
  }

  /// The error as this module throws it.
  init(_ error: any Error) {
    if let error = error as? HubStoreError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self = .io(detail: String(describing: error))
      return
    }
    // The message alone: a description would print the statement with its values.
    let detail = error.message ?? String(error.extendedResultCode.rawValue)
    // The shared memory is a file as well, and SQLite says of it alone that it could not grow.
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
