/// The results of the checks: the output of `mediasyncd check` and the daemon's answer to `check`.
package struct CheckReport: Codable, Hashable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case configuration, database, checks
    case hubURL = "hub_url"
  }

  /// The configuration file, if one was read.
  package var configuration: String?
  /// The library's path.
  package var database: String?
  /// The hub's URL.
  package var hubURL: String?
  /// All checks, in display order.
  package var checks: [Check] = []

  /// A report without checks.
  package init() {}
}

/// The result of one check.
package struct Check: Codable, Hashable, Sendable {
  /// The result's severity.
  package enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
    /// No problem.
    case ok
    /// Worth knowing, but not a problem.
    case note
    /// A problem that needs action.
    case wrong
  }

  private enum CodingKeys: String, CodingKey {
    case subject, verdict, found, code
    case todo = "what_to_do"
  }

  /// The subject of the check, in a word or two.
  package var subject: String
  /// The result's severity.
  package var verdict: Verdict
  /// The result, in one line.
  package var found: String
  /// The finding's code; `nil` if there is no problem.
  package var code: FindingCode?
  /// What to do, if the check knows more than the message table.
  package var todo: String?

  /// Makes a result without a problem.
  package static func ok(_ subject: String, _ found: String) -> Check {
    Check(subject: subject, verdict: .ok, found: found)
  }

  /// Makes a result that is worth knowing.
  package static func note(_ subject: String, _ code: FindingCode, _ found: String, todo: String? = nil)
    -> Check
  {
    Check(subject: subject, verdict: .note, found: found, code: code, todo: todo)
  }

  /// Makes a result that needs action.
  package static func wrong(_ subject: String, _ code: FindingCode, _ found: String, todo: String? = nil)
    -> Check
  {
    Check(subject: subject, verdict: .wrong, found: found, code: code, todo: todo)
  }
}
