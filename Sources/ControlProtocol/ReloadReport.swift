/// What came of reading the configuration again.
package struct ReloadReport: Codable, Hashable, Sendable {
  /// The settings that say something else now, and count.
  package var changed: [String]
  /// The settings that say something else than the daemon runs with, and count after a restart.
  package var afterRestart: [String]

  private enum CodingKeys: String, CodingKey {
    case changed
    case afterRestart = "after_restart"
  }

  /// Takes both lists of dotted names, in the order in which they are shown.
  package init(changed: [String], afterRestart: [String]) {
    self.changed = changed
    self.afterRestart = afterRestart
  }

  /// As people read it.
  package var lines: [String] {
    var lines = [
      changed.isEmpty
        ? "Read again: no setting has changed." : "Reloaded: " + changed.joined(separator: ", ") + "."
    ]
    if !afterRestart.isEmpty {
      lines.append("Only after a restart: " + afterRestart.joined(separator: ", ") + ".")
    }
    return lines
  }
}
