import Glibc
import Logging

/// Detects where standard error goes.
package enum LogDestination {
  /// Whether standard error is connected to the journal, so that structured records end up in the same place.
  /// `JOURNAL_STREAM` names its device and inode (systemd.exec(5)).
  package static var isJournal: Bool {
    isJournal(stream: getenv("JOURNAL_STREAM").map { String(cString: $0) }, descriptor: STDERR_FILENO)
  }

  static func isJournal(stream: String?, descriptor: Int32) -> Bool {
    var info = stat()
    guard let stream, fstat(descriptor, &info) == 0 else { return false }
    return stream == "\(info.st_dev):\(info.st_ino)"
  }
}

/// The format of a program's log.
package enum LogForm: String, Sendable, CaseIterable {
  /// Structured records to the journal.
  case journal
  /// Plain lines on standard error.
  case plain
  /// One JSON object per line on standard error.
  case json

  /// `journal` if standard error is connected to the journal, otherwise `plain`.
  package static var automatic: LogForm { LogDestination.isJournal ? .journal : .plain }

  /// The log handler for this format.
  package func handler(program: String, level: Logger.Level) -> any LogHandler {
    switch self {
    case .journal: JournalLogHandler(identifier: program, level: level)
    case .plain: LineLogHandler<PlainLine>(level: level)
    case .json: LineLogHandler<JSONLine>(level: level)
    }
  }
}
