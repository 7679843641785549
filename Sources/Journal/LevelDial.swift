import Logging
import Synchronization

/// The least level that is written, for all loggers of the program at once, so that it can be changed while they run.
package final class LevelDial: Sendable {
  private let index: Atomic<Int>
  private let configuredIndex: Atomic<Int>

  /// Begins with what the configuration says.
  package init(_ configured: Logger.Level) {
    configuredIndex = Atomic(Self.index(of: configured))
    index = Atomic(Self.index(of: configured))
  }

  /// What the configuration says.
  package var configured: Logger.Level { Logger.Level.allCases[configuredIndex.load(ordering: .relaxed)] }

  /// The configuration says something else now, and that counts.
  package func configure(_ level: Logger.Level) {
    configuredIndex.store(Self.index(of: level), ordering: .relaxed)
    self.level = level
  }

  /// The least level that is written.
  package var level: Logger.Level {
    get { Logger.Level.allCases[index.load(ordering: .relaxed)] }
    set { index.store(Self.index(of: newValue), ordering: .relaxed) }
  }

  private static func index(of level: Logger.Level) -> Int {
    Logger.Level.allCases.firstIndex(of: level) ?? 0
  }
}

/// A log handler whose level is read off a dial at every record.
package struct DialledLogHandler: LogHandler {
  private var handler: any LogHandler
  private let dial: LevelDial

  /// Takes the handler that writes.
  package init(_ handler: any LogHandler, dial: LevelDial) {
    self.handler = handler
    self.dial = dial
  }

  /// The least level that is written, here and on every other logger of the dial.
  package var logLevel: Logger.Level {
    get { dial.level }
    nonmutating set { dial.level = newValue }
  }

  /// Fields that go with every record.
  package var metadata: Logger.Metadata {
    get { handler.metadata }
    set { handler.metadata = newValue }
  }

  /// A field that goes with every record.
  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { handler[metadataKey: key] }
    set { handler[metadataKey: key] = newValue }
  }

  /// Writes one record.
  package func log(event: LogEvent) { handler.log(event: event) }
}
