import Glibc
import Logging

/// Where standard error goes.
package enum LogDestination {
  /// Whether standard error is the journal's own stream, so that structured records go to the same place:
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

/// How a program writes its log.
package enum LogForm: String, Sendable, CaseIterable {
  /// With structured fields, to the journal.
  case journal
  /// Lines on standard error.
  case plain
  /// One JSON object a line on standard error.
  case json

  /// The journal where standard error is connected to it, else plain lines.
  package static var automatic: LogForm { LogDestination.isJournal ? .journal : .plain }

  /// The handler that writes so.
  package func handler(program: String, level: Logger.Level) -> any LogHandler {
    switch self {
    case .journal: JournalLogHandler(identifier: program, level: level)
    case .plain: LineLogHandler<PlainLine>(level: level)
    case .json: LineLogHandler<JSONLine>(level: level)
    }
  }
}
