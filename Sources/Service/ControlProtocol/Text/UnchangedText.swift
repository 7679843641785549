/// The first line of an answer to a request that changed nothing.
package enum UnchangedText {
  /// Returns the line; `nil` for requests that always have an effect.
  package static func line(_ request: ControlRequest) -> String? {
    switch request {
    case .pause: "Already paused; nothing changed."
    case .resume: "Not paused; nothing changed."
    case .trigger: "A cycle already runs; it includes new changes."
    case .logLevel: "This is already the log level; nothing changed."
    case .hello, .status, .wait, .version, .check, .metrics, .reload, .watch, .conflicts, .quarantine,
      .changes, .history, .task:
      nil
    }
  }
}
