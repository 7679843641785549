import CSystemd
import Glibc
import Logging

/// Writes log records to the journal with their metadata as fields. `MESSAGE` is the line for people.
/// `MEDIASYNC_<KEY>` holds a field, so that `journalctl MEDIASYNC_EVENT=…` finds it. `MESSAGE_ID` leads
/// `journalctl -x` to the catalogue's explanation.
package struct JournalLogHandler: LogHandler {
  /// Fields of every record.
  package var metadata: Logger.Metadata = [:]
  /// The lowest level that is written.
  package var logLevel: Logger.Level
  private let identifier: String

  /// `identifier` is the program's name in the journal.
  package init(identifier: String, level: Logger.Level = .info) {
    self.identifier = identifier
    logLevel = level
  }

  /// A field of every record.
  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one record.
  package func log(event: LogEvent) {
    let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
    Self.send(Self.fields(event.message.description, event.level, merged, identifier))
  }

  static func fields(
    _ message: String, _ level: Logger.Level, _ metadata: Logger.Metadata, _ identifier: String
  ) -> [String] {
    var fields = ["MESSAGE=" + message, "PRIORITY=\(priority(level))", "SYSLOG_IDENTIFIER=" + identifier]
    if let id = metadata[EventKey.messageID] { fields.append("MESSAGE_ID=\(id)") }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != EventKey.messageID {
      fields.append("MEDIASYNC_\(fieldName(key))=\(value)")
    }
    return fields
  }

  /// Capitals, digits and underscores, as the journal requires; at most 64 characters with the prefix.
  private static func fieldName(_ key: String) -> String {
    String(
      key.uppercased().unicodeScalars.prefix(54).map { scalar in
        ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
      })
  }

  private static func priority(_ level: Logger.Level) -> Int32 {
    switch level {
    case .trace, .debug: LOG_DEBUG
    case .info: LOG_INFO
    case .notice: LOG_NOTICE
    case .warning: LOG_WARNING
    case .error: LOG_ERR
    case .critical: LOG_CRIT
    }
  }

  private static func send(_ fields: [String]) {
    // All fields share one buffer, so that one scope keeps every address valid.
    let bytes = fields.flatMap { Array($0.utf8) }
    bytes.withUnsafeBytes { buffer in
      var parts: [iovec] = []
      var offset = 0
      for field in fields {
        let count = field.utf8.count
        let start = UnsafeMutableRawPointer(mutating: buffer.baseAddress?.advanced(by: offset))
        parts.append(iovec(iov_base: start, iov_len: count))
        offset += count
      }
      // The journal may be unavailable; there is no other place to report that.
      _ = sd_journal_sendv(&parts, Int32(parts.count))
    }
  }
}
