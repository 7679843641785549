import Glibc
import Logging

/// How a record is written as a line.
protocol LineForm: Sendable {
  /// The line, without its end. `time` is the time of day in words.
  static func line(
    _ message: String, _ level: Logger.Level, _ metadata: Logger.Metadata, time: String
  ) -> String
}

/// Writes log records to standard error, a line each, in one of the forms.
struct LineLogHandler<Form: LineForm>: LogHandler {
  /// Fields that go with every record.
  var metadata: Logger.Metadata = [:]
  /// The least level that is written.
  var logLevel: Logger.Level
  private let descriptor: Int32

  /// Writes to `descriptor`, which stays open as long as the program runs.
  init(level: Logger.Level = .info, descriptor: Int32 = STDERR_FILENO) {
    logLevel = level
    self.descriptor = descriptor
  }

  /// A field that goes with every record.
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
