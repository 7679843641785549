/// What may be sent to where the output goes, beside text: colours, and a line that is drawn over again.
package struct TerminalStyle: Hashable, Sendable {
  /// Whether a word may have a colour.
  package let colours: Bool
  /// Whether a line may be drawn over.
  package let redraws: Bool

  /// Takes both.
  package init(colours: Bool, redraws: Bool) {
    self.colours = colours
    self.redraws = redraws
  }

  /// Text and nothing else.
  package static let plain = TerminalStyle(colours: false, redraws: false)

  /// By what people say: nothing but text where `plain` was asked for, where the output is no terminal, or one that
  /// can do nothing (`TERM=dumb`); no colours where `NO_COLOR` says anything (no-color.org).
  package static func chosen(
    plain: Bool, isTerminal: Bool, environment: [String: String]
  ) -> TerminalStyle {
    guard !plain, isTerminal, environment["TERM"] != "dumb" else { return .plain }
    return TerminalStyle(colours: environment["NO_COLOR", default: ""].isEmpty, redraws: true)
  }

  /// The line with its first word or words, which say the state, in the state's colour.
  package func painted(_ line: String, _ state: Status.State) -> String {
    let (word, colour) =
      switch state {
      case .inSync: ("In step", 32)
      case .syncing: ("Syncing", 36)
      case .waiting: ("Waiting", 33)
      case .paused: ("Paused", 33)
      case .blocked: ("Blocked", 31)
      }
    guard colours, line.hasPrefix(word) else { return line }
    return "\u{1B}[\(colour)m\(word)\u{1B}[0m" + line.dropFirst(word.count)
  }

  /// Begins the present line anew: what is drawn next takes its place.
  package static let again = "\r\u{1B}[K"
}
