import Glibc

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
