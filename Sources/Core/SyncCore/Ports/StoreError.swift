/// Why the library file cannot be used. A person can act on each case.
package enum StoreError: Error, Hashable, Sendable {
  /// There is no file at the path.
  case missing(path: String)
  /// The path is not a regular file, or not an SQLite database.
  case notADatabase(path: String)
  /// It is a database, but not the application's: a table or a column is missing.
  case notALibrary(path: String, lacks: String)
  /// The file, or the directory in which SQLite keeps its journal, is not writable. `access` names this user
  /// and the owner.
  case readOnly(path: String, access: String = "")
  /// This user may not open the file.
  case notPermitted(path: String, access: String = "")
  /// The disk that holds the library is full.
  case diskFull(path: String)
  /// Another program held the write lock for this long.
  case busy(path: String, waited: Duration)
  /// Another process syncs this library.
  case inUse(path: String)
  /// The file is damaged; `detail` is SQLite's text.
  case damaged(path: String, detail: String)
  /// Reading or writing failed; `detail` is SQLite's text.
  case inputOutput(path: String, detail: String)
  /// Another file, or a copy from another time, has taken the library's place. The daemon must open it again.
  case replaced(path: String)
  /// The file could not be closed; `detail` is SQLite's text.
  case notClosed(path: String, detail: String)
  /// The application's log changed after the work was prepared. Nothing was written except that finding.
  case logChanged(path: String, LogChange)
  /// The work would take too much from the library; it was not done.
  case held(path: String)
  /// A newer mediasync wrote the sync state in the library.
  case newerState(path: String, version: Int64, known: Int64)

  /// Whether the error may pass without action: the next attempt follows the backoff. Otherwise someone must
  /// act.
  package var isTemporary: Bool {
    switch self {
    case .busy, .inUse, .diskFull, .inputOutput, .replaced, .notClosed, .logChanged, .held: true
    case .missing, .notADatabase, .notALibrary, .readOnly, .notPermitted, .damaged, .newerState: false
    }
  }

  /// Whether this user lacks a permission. The file's owner can grant it without telling the daemon, so the
  /// daemon tries again.
  package var isOfPermission: Bool {
    switch self {
    case .readOnly, .notPermitted: true
    case .missing, .notADatabase, .notALibrary, .diskFull, .busy, .inUse, .damaged, .inputOutput, .replaced,
      .notClosed, .logChanged, .held, .newerState:
      false
    }
  }

  /// Whether the file may be in the middle of being copied. It may be sound once nobody has written it for a
  /// while.
  package var mayBeHalfWritten: Bool {
    switch self {
    case .damaged, .notADatabase, .notALibrary: true
    case .missing, .readOnly, .notPermitted, .diskFull, .busy, .inUse, .inputOutput, .replaced, .notClosed,
      .logChanged, .held,
      .newerState:
      false
    }
  }
}

extension StoreError: CustomStringConvertible {
  /// One line for people: what is wrong, and what to do.
  package var description: String {
    switch self {
    case .missing(let path):
      "there is no library at \(path): check library.database, or start the application once so that it makes one"
    case .notADatabase(let path):
      "\(path) is not an SQLite database: check library.database"
    case .notALibrary(let path, let lacks):
      "\(path) is a database, but not a media library: it has no \(lacks)"
    case .readOnly(let path, let access):
      "\(path) or its directory is read-only for this user\(Self.said(access)): run as its owner (User= in the unit), or make "
        + "both writable for this user; a unit also needs ReadWritePaths= for the directory"
    case .notPermitted(let path, let access):
      "this user may not open \(path)\(Self.said(access)): run as its owner (User= in the unit), or give this user access to "
        + "the file and its directory; below /home a unit also needs BindPaths= for the directory"
    case .diskFull(let path):
      "the disk that holds \(path) is full: free some space, work resumes by itself"
    case .busy(let path, let waited):
      "\(path) has been locked by another program for \(waited.wholeMilliseconds / 1000) s: trying again later"
    case .inUse(let path):
      "another mediasyncd works on \(path): only one at a time may (mediasyncctl trigger asks the one that runs)"
    case .damaged(let path, let detail):
      "\(path) is damaged (\(detail)): restore it from a backup, or rebuild it with sqlite3 .recover"
    case .inputOutput(let path, let detail):
      "reading or writing \(path) failed (\(detail))"
    case .replaced(let path):
      "another copy of \(path) has come into its place: it is opened anew, try again in a moment"
    case .notClosed(let path, let detail):
      "\(path) could not be closed (\(detail)): copy or restore it only once the daemon is stopped"
    case .logChanged(let path, .reset):
      "the application's log in \(path) was emptied meanwhile: try again"
    case .logChanged(let path, .gap):
      "the application deleted entries of its log in \(path) meanwhile: try again"
    case .held(let path):
      "changes from elsewhere would take too much from \(path), and are held: mediasyncctl changes show"
    case .newerState(let path, let version, let known):
      "the sync state in \(path) has version \(version), this mediasync knows up to \(known): upgrade it"
    }
  }

  private static func said(_ access: String) -> String { access.isEmpty ? "" : " (\(access))" }
}
