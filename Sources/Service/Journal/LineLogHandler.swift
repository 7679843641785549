import Glibc
import Logging

/// A format for records as lines.
protocol LineForm: Sendable {
  /// The line, without its line end. `time` is the formatted time.
  static func line(
    _ message: String, _ level: Logger.Level, _ metadata: Logger.Metadata, time: String
  ) -> String
}

/// Writes log records to standard error, one per line, in the given format.
struct LineLogHandler<Form: LineForm>: LogHandler {
  /// Fields of every record.
  var metadata: Logger.Metadata = [:]
  /// The lowest level that is written.
  var logLevel: Logger.Level
  private let descriptor: Int32

  /// Writes to `descriptor`, which must stay open as long as the program runs.
  init(level: Logger.Level = .info, descriptor: Int32 = STDERR_FILENO) {
    logLevel = level
    self.descriptor = descriptor
  }

  /// A field of every record.
  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  func log(event: LogEvent) {
    let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
    LogLine.write(
      Form.line(event.message.description, event.level, merged, time: LogLine.timeNow), to: descriptor)
  }
}
