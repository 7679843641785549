import Logging
import Messages

extension Logger {
  /// Writes an event's line with the level of its message. The words are those of the message table, unless
  /// `text` is given.
  ///
  /// - Parameters:
  ///   - text: one line for people, if more is known than the table can say.
  ///   - cause: the message that the line is about, if it has its own. It provides the level, the words and
  ///     the id, and its code is logged as `MEDIASYNC_CODE`.
  ///   - fields: the record's fields. Pass numbers as `.stringConvertible`, so that they are numbers in JSON.
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

/// The names of the fields that every event has.
enum EventKey {
  static let event = "event"
  static let code = "code"
  /// The journal's own field, without the prefix. A plain line omits it.
  static let messageID = "message_id"
}
