import Logging
import Messages

extension Logger {
  /// Writes the line of an event, at the level and, unless `text` says it better, in the words of the table.
  ///
  /// - Parameters:
  ///   - text: one line for people, where more is known than the table can say.
  ///   - cause: what the line is about, where that has words of its own: its level, its words and its id go with the
  ///     line, and its code as `MEDIASYNC_CODE`.
  ///   - fields: the particulars; numbers as `.stringConvertible`, so that they are numbers in JSON.
  package func record(
    _ event: JournalEvent, _ text: String? = nil, cause: Messages.Message? = nil,
    fields: Logger.Metadata = [:]
  ) {
    let message = cause ?? event.message
    guard let level = Level(rawValue: message.severity.rawValue) else { return }
    var metadata = fields
    metadata[EventKey.event] = "\(event.rawValue)"
    if let cause { metadata[EventKey.code] = "\(cause.code)" }
    if let id = message.id { metadata[EventKey.messageID] = "\(id)" }
    log(level: level, "\(text ?? message.line)", metadata: metadata)
  }
}

/// The names of the particulars that every event has.
enum EventKey {
  static let event = "event"
  static let code = "code"
  /// The journal's own field, without our prefix; a plain line leaves it out.
  static let messageID = "message_id"
}
