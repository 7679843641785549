/// What an answer says first where what was asked for was so before.
package enum AlreadyText {
  /// One line; `nil` for requests that can always be carried out.
  package static func line(_ request: ControlRequest) -> String? {
    switch request {
    case .pause: "Was paused already; nothing has changed."
    case .resume: "Was not paused; nothing has changed."
    case .trigger: "A cycle was under way already; it takes in what is new."
    case .logLevel: "Was so already; nothing has changed."
    case .hello, .status, .wait, .version, .check, .metrics, .reload, .watch, .conflicts, .quarantine,
      .changes, .history, .errand:
      nil
    }
  }
}
