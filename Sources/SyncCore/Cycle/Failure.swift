/// Why a cycle ended early, and who can help.
package struct Failure: Error, Hashable, Sendable {
  /// What kind of failure; decides between trying again and waiting for a person.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// No answer from the hub.
    case unreachable
    /// The hub answered that it cannot now (429, 5xx).
    case hubBusy = "hub_busy"
    /// The hub's answer is not what the protocol says.
    case badReply = "bad_reply"
    /// The library cannot be worked on now.
    case libraryBusy = "library_busy"
    /// The library cannot be worked on until someone acts.
    case libraryUnusable = "library_unusable"
    /// 401 or 403.
    case credentials
    /// 410: the server has retired layer 1.
    case retired
    /// The cursors belong to another log, or to a log that was restored from a backup.
    case logChanged = "log_changed"
    /// The configuration cannot work (bad URL, unreadable certificate).
    case configuration

    /// Whether it is the hub that fails, or the way to it: an answer of the hub ends it.
    package var isOfHub: Bool {
      switch self {
      case .unreachable, .hubBusy, .badReply, .credentials, .retired: true
      case .libraryBusy, .libraryUnusable, .logChanged, .configuration: false
      }
    }
  }

  /// What kind of failure.
  package var kind: Kind
  /// One line for people.
  package var text: String
  /// What the server asked for.
  package var retryAfter: Duration?
  /// It may be a library that is just being copied into its place.
  package var mayBeHalfWritten = false

  /// Takes kind, text, and what the server asked for. A part of the text may be a server's: it ends on one line,
  /// of bounded length.
  package init(_ kind: Kind, _ text: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.text = text.onOneLine(scalarsMax: 500)
    self.retryAfter = retryAfter
  }

  /// Whether it may pass by itself. If not, the daemon is parked until someone acts.
  package var isTemporary: Bool {
    switch kind {
    case .unreachable, .hubBusy, .badReply, .libraryBusy: true
    case .libraryUnusable, .credentials, .retired, .logChanged, .configuration: false
    }
  }
}
