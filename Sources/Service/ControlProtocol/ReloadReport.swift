/// The result of reading the configuration again.
package struct ReloadReport: Codable, Hashable, Sendable {
  /// The changed settings that are in effect now.
  package var changed: [String]
  /// The changed settings that take effect after a restart.
  package var afterRestart: [String]

  private enum CodingKeys: String, CodingKey {
    case changed
    case afterRestart = "after_restart"
  }

  /// Takes both lists of dotted names, in display order.
  package init(changed: [String], afterRestart: [String]) {
    self.changed = changed
    self.afterRestart = afterRestart
  }

  /// The lines for people.
  package var lines: [String] {
    var lines = [
      changed.isEmpty
        ? "Reloaded: no setting has changed." : "Reloaded: " + changed.joined(separator: ", ") + "."
    ]
    if !afterRestart.isEmpty {
      lines.append("Takes effect after a restart: " + afterRestart.joined(separator: ", ") + ".")
    }
    return lines
  }
}
