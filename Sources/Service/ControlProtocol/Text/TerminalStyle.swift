/// What the output supports in addition to text: colours, and a line that is redrawn.
package struct TerminalStyle: Hashable, Sendable {
  /// Whether to use colours.
  package let colours: Bool
  /// Whether to redraw a line.
  package let redraws: Bool

  /// Takes what the output supports.
  package init(colours: Bool, redraws: Bool) {
    self.colours = colours
    self.redraws = redraws
  }

  /// Text only.
  package static let plain = TerminalStyle(colours: false, redraws: false)

  /// Chooses the style: text only if `plain` was requested, or if the output is not a terminal or a simple
  /// one (`TERM=dumb`). No colours if `NO_COLOR` is not empty (no-color.org).
  package static func chosen(
    plain: Bool, isTerminal: Bool, environment: [String: String]
  ) -> TerminalStyle {
    guard !plain, isTerminal, environment["TERM"] != "dumb" else { return .plain }
    return TerminalStyle(colours: environment["NO_COLOR", default: ""].isEmpty, redraws: true)
  }

  /// Returns the line with its first words, which name the state, in the state's colour.
  package func colored(_ line: String, _ state: Status.State) -> String {
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

  /// Clears the current line, so that the next output replaces it.
  package static let again = "\r\u{1B}[K"
}
