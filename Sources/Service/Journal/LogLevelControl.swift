import Logging
import Synchronization

/// The lowest level that is written, shared by all loggers of the program so that it can change while they
/// run.
package final class LogLevelControl: Sendable {
  private let index: Atomic<Int>
  private let configuredIndex: Atomic<Int>

  /// Starts with the configured level.
  package init(_ configured: Logger.Level) {
    configuredIndex = Atomic(Self.index(of: configured))
    index = Atomic(Self.index(of: configured))
  }

  /// The configured level.
  package var configured: Logger.Level { Logger.Level.allCases[configuredIndex.load(ordering: .relaxed)] }

  /// Sets a new configured level, which also takes effect at once.
  package func configure(_ level: Logger.Level) {
    configuredIndex.store(Self.index(of: level), ordering: .relaxed)
    self.level = level
  }

  /// The lowest level that is written.
  package var level: Logger.Level {
    get { Logger.Level.allCases[index.load(ordering: .relaxed)] }
    set { index.store(Self.index(of: newValue), ordering: .relaxed) }
  }

  private static func index(of level: Logger.Level) -> Int {
    Logger.Level.allCases.firstIndex(of: level) ?? 0
  }
}

/// A log handler that reads its level from a dial for every record.
package struct LeveledLogHandler: LogHandler {
  private var handler: any LogHandler
  private let dial: LogLevelControl

  /// Takes the handler that writes, and the dial.
  package init(_ handler: any LogHandler, dial: LogLevelControl) {
    self.handler = handler
    self.dial = dial
  }

  /// The lowest level that is written, by this logger and by all others with the same dial.
  package var logLevel: Logger.Level {
    get { dial.level }
    nonmutating set { dial.level = newValue }
  }

  /// Fields of every record.
  package var metadata: Logger.Metadata {
    get { handler.metadata }
    set { handler.metadata = newValue }
  }

  /// A field of every record.
  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { handler[metadataKey: key] }
    set { handler[metadataKey: key] = newValue }
  }

  /// Writes one record.
  package func log(event: LogEvent) { handler.log(event: event) }
}
