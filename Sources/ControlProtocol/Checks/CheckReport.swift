/// What was looked at, and what was found: of `mediasyncd check` and the daemon's answer to `check`.
package struct CheckReport: Codable, Hashable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case configuration, database, checks
    case hubURL = "hub_url"
  }

  /// The configuration file, where one was read.
  package var configuration: String?
  /// The library.
  package var database: String?
  /// The hub.
  package var hubURL: String?
  /// Everything that was looked at, in the order in which people read it.
  package var checks: [Check] = []

  /// Nothing was looked at yet.
  package init() {}
}

/// One thing that was looked at.
package struct Check: Codable, Hashable, Sendable {
  /// How it stands.
  package enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case ok
    /// Worth knowing; everything works.
    case note
    /// Something is to be done.
    case wrong
  }

  private enum CodingKeys: String, CodingKey {
    case subject, verdict, found, code
    case todo = "what_to_do"
  }

  /// What was looked at, in a word or two.
  package var subject: String
  /// How it stands.
  package var verdict: Verdict
  /// What was found, one line.
  package var found: String
  /// The finding, where it is one.
  package var code: FindingCode?
  /// What to do, where more is known than the table of messages can say.
  package var todo: String?

  /// Something as it should be.
  package static func ok(_ subject: String, _ found: String) -> Check {
    Check(subject: subject, verdict: .ok, found: found)
  }

  /// Something worth knowing.
  package static func note(_ subject: String, _ code: FindingCode, _ found: String, todo: String? = nil)
    -> Check
  {
    Check(subject: subject, verdict: .note, found: found, code: code, todo: todo)
  }

  /// Something that is to be mended.
  package static func wrong(_ subject: String, _ code: FindingCode, _ found: String, todo: String? = nil)
    -> Check
  {
    Check(subject: subject, verdict: .wrong, found: found, code: code, todo: todo)
  }
}
