import ControlProtocol
import Logging
import Journal

/// Says how much is logged, and turns it up or down until the daemon restarts.
struct LogLevelHandler {
  let dial: LogLevelControl

  func answer(_ wanted: ControlLogLevel?) -> ControlReply {
    var already: Bool?
    if let wanted, let level = Logger.Level(rawValue: wanted.rawValue) {
      already = dial.level == level
      dial.level = level
    }
    return .logLevel(
      LogLevelView(level: ControlLogLevel(dial.level), configured: ControlLogLevel(dial.configured)),
      already: already)
  }
}

extension ControlLogLevel {
  fileprivate init(_ level: Logger.Level) { self = ControlLogLevel(rawValue: level.rawValue) ?? .info }
}
